import type { Topology } from '../../topology/topology.ts'
import { ACCOUNT_DIRECTORY } from '../account-directory.ts'
import type { DirectoryAttributes } from '../directory-entry.ts'
import { rdn } from './dn.ts'
import { addition } from './ldif.ts'

/**
 * The entries of a topology's domains, mailboxes and aliases, as LDIF. A catch-all is an alias without a local part, as
 * Postfix and sendmail have it in their tables.
 */
export function accountEntries({ domains, virtualAliasDomains }: Topology): string {
  const { mailboxes, aliases } = ACCOUNT_DIRECTORY
  const both = [...Object.entries(domains), ...Object.entries(virtualAliasDomains)]
  return [
    ...Object.keys(domains).map((name) => domainEntry(name, 'mailDomain')),
    ...Object.keys(virtualAliasDomains).map((name) => domainEntry(name, 'aliasDomain')),
    ...Object.entries(domains).flatMap(([domain, { mailboxes: names }]) =>
      Object.entries(names).map(([localPart, { password, quota }]) =>
        entry(mailboxes, `${localPart.toLowerCase()}@${domain}`, {
          objectClass: 'mailbox',
          userPassword: password,
          ...(quota?.storage === undefined ? {} : { quotaStorage: String(quota.storage) }),
          ...(quota?.messages === undefined ? {} : { quotaMessages: String(quota.messages) }),
          ...(quota === undefined ? {} : { quotaFull: quota.full }),
        }),
      ),
    ),
    ...both.flatMap(([domain, { aliases: names, catchAll }]) =>
      Object.entries({ ...names, ...(catchAll === undefined ? {} : { '': [catchAll] }) }).map(([localPart, to]) =>
        entry(aliases, `${localPart.toLowerCase()}@${domain}`, { objectClass: 'mailAlias', mailDestination: to }),
      ),
    ),
  ].join('')
}

function domainEntry(name: string, objectClass: string): string {
  const dn = `${rdn('associatedDomain', name)},${ACCOUNT_DIRECTORY.domains}`
  return addition(dn, { objectClass, associatedDomain: name })
}

function entry(branch: string, address: string, { objectClass = [], ...attributes }: DirectoryAttributes): string {
  return addition(`${rdn('mail', address)},${branch}`, { objectClass, mail: address, ...attributes })
}
