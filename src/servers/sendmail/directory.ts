import { UnsupportedError } from '../../errors/mailrig-error.ts'
import type { Topology } from '../../topology/topology.ts'
import { ACCOUNT_DIRECTORY } from '../account-directory.ts'
import type { RenderContext, ServerFile } from '../rendering.ts'

const SECRET = '/etc/mailrig/ldap-secret'

/**
 * The virtusertable of a topology with its accounts in a directory: who has a mailbox there stands for himself, then
 * aliases and catch-alls. Others are left to the mail store: an entry that refuses them would be found as well while the
 * directory is away, as a sequence goes on behind a map that cannot be asked.
 *
 * The maps are defined in front of all others, because a sequence wants to know its parts. `-1`: an entry with several
 * values is none, as sendmail would take them for one address. `-w 3`: OpenLDAP speaks no older protocol.
 *
 * @see Sendmail Installation and Operation Guide, "LDAP Maps"; cf/README, "USING LDAP FOR ALIASES, MAPS, AND CLASSES"
 */
export function directoryLines({ topology, addresses }: RenderContext): string[] | undefined {
  if (topology.accounts !== 'ldap') return undefined
  const { login, mailboxes, aliases } = ACCOUNT_DIRECTORY
  const map = (name: string, base: string, attribute: string) =>
    `K${name} ldap -h ${addresses.database} -w 3 -M simple -d "${login}" -P ${SECRET} -T<TMPF> -1 -s one -b "${base}" -k "(mail=%0)" -v ${attribute}`
  return [
    map('dirmailbox', mailboxes, 'mail'),
    map('diralias', aliases, 'mailDestination'),
    "FEATURE(`virtusertable', `sequence dirmailbox diralias')dnl",
  ]
}

/** What sendmail logs in with. */
export function directorySecret({ accounts }: Topology): ServerFile[] {
  return accounts === 'ldap' ? [{ path: SECRET, content: `${ACCOUNT_DIRECTORY.password}\n`, mode: 0o600 }] : []
}

/** @throws {UnsupportedError} where an alias of the directory is a list, or a domain has aliases alone, whose others nobody refuses. */
export function refuseInDirectory({ domains, virtualAliasDomains }: Topology): void {
  const lists = Object.entries(domains).flatMap(([domain, { aliases }]) =>
    Object.entries(aliases).flatMap(([name, to]) => (to.length > 1 ? [`${name}@${domain}`] : [])),
  )
  const aliasDomains = Object.keys(virtualAliasDomains)
  if (lists.length === 0 && aliasDomains.length === 0) return
  throw new UnsupportedError(
    lists.length > 0
      ? `sendmail takes one address for an alias in a directory; the topology has several for ${lists.join(', ')}`
      : `sendmail refuses nobody of a domain without mailboxes by a directory; the topology has ${aliasDomains.join(', ')}`,
    {
      code: 'SENDMAIL_DIRECTORY',
      remedy:
        "Say needs: ['ldap-tables'] of the scenario, or keep to mailboxes, catch-alls and aliases with one destination.",
    },
  )
}
