import type { Topology } from '../../topology/topology.ts'
import type { RigAddresses } from '../addresses.ts'
import { list, lsearch } from './config-text.ts'
import { ldapLookups } from './ldap-lookups.ts'
import type { AccountLookups } from './lookup-texts.ts'
import { passwordInFile } from './password-lookup.ts'
import { PATHS } from './paths.ts'
import { SQL, sqlLookups } from './sql-lookups.ts'

export function accountLookups(topology: Topology, { database }: RigAddresses): AccountLookups {
  const { accounts } = topology
  if (accounts === 'files' || database === undefined) return fromFiles(topology)
  return accounts === 'ldap' ? ldapLookups(database) : sqlLookups(SQL[accounts])
}

function fromFiles(topology: Topology): AccountLookups {
  const address = (localPart: string) => `${localPart}@$domain`
  return {
    mailboxDomains: list(Object.keys(topology.domains)),
    virtualAliasDomains: list(Object.keys(topology.virtualAliasDomains)),
    alias: (localPart, otherwise) => lsearch(address(localPart), PATHS.virtualAliases, '{$value}', otherwise),
    mailbox: (localPart, otherwise) => lsearch(address(localPart), PATHS.mailboxes, '{yes}', otherwise),
    catchAll: `\${lookup{$domain}lsearch{${PATHS.catchAll}}}`,
    password: passwordInFile,
  }
}
