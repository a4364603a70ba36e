import type { Topology } from '../../topology/topology.ts'
import type { AccountSource } from '../account-servers.ts'
import type { RenderContext, ServerFile } from '../rendering.ts'
import { ACCOUNT_MAPS, type AccountMap, type AccountMapType } from './account-map-type.ts'
import { ldapMap } from './ldap-maps.ts'
import type { Parameters } from './parameters.ts'
import { rewrittenDomains } from './rewriting-tables.ts'
import { mysqlMap, pgsqlMap } from './sql-maps.ts'

const TYPES: Record<AccountSource, AccountMapType> = { postgresql: pgsqlMap, mariadb: mysqlMap, ldap: ldapMap }

/** Where a topology's accounts are not in files: the type of the maps that ask for them. */
function mapTypeOf({ accounts }: Topology): AccountMapType | undefined {
  return accounts === 'files' ? undefined : TYPES[accounts]
}

function pathOf({ type }: AccountMapType, map: AccountMap): string {
  return `/etc/postfix/${type}_${map}.cf`
}

/**
 * The parameters that name domains and recipients, where a server knows those; undefined where files do.
 *
 * The order of the alias maps settles who wins: Postfix asks all of them for `user@domain` before it asks any for
 * `@domain`, and the mailboxes stand among them as aliases of themselves, or a catch-all would take their mail.
 */
export function accountMaps({ topology }: RenderContext): Parameters | undefined {
  const type = mapTypeOf(topology)
  if (type === undefined) return undefined
  const map = (name: AccountMap) => `${type.type}:${pathOf(type, name)}`
  return {
    virtual_alias_maps: [map('aliases'), map('mailboxes'), map('catch_alls')].join(', '),
    virtual_alias_domains: [...rewrittenDomains(topology), map('alias_domains')].join(', '),
    virtual_mailbox_domains: map('mailbox_domains'),
    virtual_mailbox_maps: map('mailboxes'),
  }
}

/** The files that `accountMaps` names. Each has a password in it. */
export function accountMapFiles({ topology, addresses }: RenderContext): ServerFile[] {
  const type = mapTypeOf(topology)
  const { database } = addresses
  if (type === undefined || database === undefined) return []
  return ACCOUNT_MAPS.map((map) => ({ path: pathOf(type, map), content: type.text(map, database), mode: 0o600 }))
}
