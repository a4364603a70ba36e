import { hostsOf } from '../../topology/hops.ts'
import type { Hop, Topology } from '../../topology/topology.ts'
import { hopAddress } from '../hop-address.ts'
import { usesProcmail } from '../procmailrc.ts'
import type { RenderContext } from '../rendering.ts'
import { accountLookups } from './account-lookups.ts'
import { driver, type EximOption } from './config-text.ts'
import type { AccountLookups } from './lookup-texts.ts'
import { PATHS } from './paths.ts'
import { returnedMail } from './sender-rewriting.ts'
import { levelOf, smarthostTransport } from './transport-section.ts'

/**
 * `begin routers`, in order: elsewhere (routes, then smarthost or MX), the mail store's domains (aliases, mailboxes,
 * catch-all), Unix accounts (aliases, ~/.forward, mailbox). An address that no router takes is "Unrouteable address".
 */
export function routerSection(context: RenderContext): string {
  const { topology } = context
  const delimiter = topology.recipientDelimiter
  return [
    'begin routers',
    ...(topology.native.exim?.routers ?? []),
    ...returnedMail(topology),
    ...remoteRouters(context),
    ...storeRouters(context),
    ...systemRouters(context),
    ...userRouters(context),
    ...(delimiter === null ? [] : userRouters(context, delimiter)),
    driver('mail4root', [
      ['driver', 'redirect'],
      ['domains', '+local_domains'],
      ['data', '/var/mail/mail'],
      ['file_transport', 'address_file'],
      ['local_parts', 'root'],
      ['user', 'mail'],
      ['group', 'mail'],
    ]),
  ].join('\n\n')
}

function remoteRouters({ topology, addresses }: RenderContext): string[] {
  // By name: certificates are for names.
  const nextHop = (hop: Hop) => {
    const hosts = hostsOf(hop).map((host) => {
      const { host: name, port } = hopAddress(host, addresses)
      return `${name}::${port}`
    })
    const list = hosts.length === 1 ? hosts[0] : `"${hosts.join(' : ')}"`
    return `${list} byname ${smarthostTransport(levelOf(hop))}`
  }
  const routes = Object.entries(topology.routes)
  const routers: string[] = []
  if (routes.length > 0) {
    routers.push(
      driver('routes', [
        ['driver', 'manualroute'],
        ['domains', '! +our_domains'],
        ['route_list', routes.map(([domain, hop]) => `${domain} ${nextHop(hop)}`).join(' ; ')],
        ['same_domain_copy_routing', 'yes'],
      ]),
    )
  }
  for (const [index, [sender, hop]] of Object.entries(topology.senderRoutes).entries()) {
    routers.push(
      driver(`sender_route_${index + 1}`, [
        ['driver', 'manualroute'],
        ['domains', '! +our_domains'],
        ['senders', sender.includes('@') ? sender : `*@${sender}`],
        ['route_list', `* ${nextHop(hop)}`],
        ['same_domain_copy_routing', 'yes'],
      ]),
    )
  }
  if (topology.smarthost) {
    routers.push(
      driver('smarthost', [
        ['driver', 'manualroute'],
        ['domains', '! +our_domains'],
        ['route_list', `* ${nextHop(topology.smarthost)}`],
        ['host_find_failed', 'ignore'],
        ['same_domain_copy_routing', 'yes'],
        ['no_more', true],
      ]),
    )
  } else {
    routers.push(
      driver('dnslookup', [
        ['driver', 'dnslookup'],
        ['domains', '! +our_domains'],
        ['transport', 'remote_smtp'],
        ['same_domain_copy_routing', 'yes'],
        // Debian ignores private networks as well: all that a container engine has.
        ['ignore_target_hosts', '0.0.0.0 : 127.0.0.0/8 : 169.254.0.0/16 : 255.255.255.255'],
        ['no_more', true],
      ]),
    )
  }
  return routers
}

function storeRouters({ topology, addresses }: RenderContext): string[] {
  const detail = suffix(topology.recipientDelimiter)
  const accounts = accountLookups(topology, addresses)
  const routers: string[] = []
  const declared = Object.keys(topology.domains).length + Object.keys(topology.virtualAliasDomains).length
  if (declared === 0 && addresses.database === undefined) return routers
  routers.push(
    driver('virtual_aliases', [
      ['driver', 'redirect'],
      ['domains', '+mailbox_domains : +virtual_alias_domains'],
      ...detail,
      ['data', exactThenBase(accounts.alias)],
      ...ADDRESSES_ONLY,
    ]),
  )
  if (addresses.store !== undefined) {
    routers.push(
      driver('mailboxes', [
        ['driver', 'accept'],
        ['domains', '+mailbox_domains'],
        ...detail,
        ['condition', exactThenBase(accounts.mailbox)],
        ['transport', 'store_lmtp'],
      ]),
    )
  }
  routers.push(
    driver('catch_all', [
      ['driver', 'redirect'],
      ['domains', '+mailbox_domains : +virtual_alias_domains'],
      ['data', accounts.catchAll],
      ...ADDRESSES_ONLY,
    ]),
  )
  return routers
}

const ADDRESSES_ONLY: EximOption[] = [
  ['forbid_file', true],
  ['forbid_pipe', true],
  ['forbid_include', true],
]

/** `sales+x@…` as it stands, then `sales@…`: an alias may have a detail of its own. */
function exactThenBase(lookUp: AccountLookups['alias']): string {
  return lookUp('$local_part$local_part_suffix', `{${lookUp('$local_part', '')}}`)
}

function systemRouters({ topology }: RenderContext): string[] {
  return [
    driver('real_local', [
      ['driver', 'accept'],
      ['domains', '+local_domains'],
      ['condition', `\${if match_ip{$sender_host_address}{:@[]}}`],
      ['local_part_prefix', 'real-'],
      ['check_local_user', true],
      ['transport', localTransport(topology)],
    ]),
    driver('system_aliases', [
      ['driver', 'redirect'],
      ['domains', '+local_domains'],
      ...suffix(topology.recipientDelimiter),
      ['allow_fail', true],
      ['allow_defer', true],
      ['data', lookUpAlias()],
      BARE_NAMES_STAY,
      // Debian names no user for these, and has pipes and files in the alias file fail. The transports name one, not the
      // router: the process that verifies recipients reads :include: files, and may not become somebody else.
      ['file_transport', 'system_aliases_file'],
      ['pipe_transport', 'system_aliases_pipe'],
    ]),
  ]
}

/** A name without a domain is a local user's, even where the origin, which would be added, is not a local domain. */
const BARE_NAMES_STAY: EximOption = ['qualify_preserve_domain', true]

function lookUpAlias(): string {
  const lookUp = (key: string, otherwise: string) =>
    `\${lookup{${key}}lsearch{${PATHS.systemAliases}}{$value}${otherwise}}`
  return lookUp('$local_part$local_part_suffix', `{${lookUp('$local_part', '')}}`)
}

/**
 * ~/.forward and the mailbox of a Unix account. Once for the whole local part, once for what stands before the
 * delimiter: with `-`, `mary-jane` may be an account or a detail of `mary`, and the account wins.
 */
function userRouters({ topology }: RenderContext, delimiter?: string): string[] {
  const affix: EximOption[] = delimiter === undefined ? [] : [['local_part_suffix', suffixes(delimiter)]]
  const tail = delimiter === undefined ? '' : '_with_detail'
  return [
    driver(`userforward${tail}`, [
      ['driver', 'redirect'],
      ['domains', '+local_domains'],
      ...affix,
      ['check_local_user', true],
      ['file', '$home/.forward'],
      ['require_files', '$local_part_data:$home/.forward'],
      ['no_verify', true],
      ['no_expn', true],
      ['check_ancestor', true],
      BARE_NAMES_STAY,
      ['allow_filter', true],
      ['forbid_smtp_code', 'true'],
      ['directory_transport', 'address_directory'],
      ['file_transport', 'address_file'],
      ['pipe_transport', 'address_pipe'],
      ['reply_transport', 'address_reply'],
      ['skip_syntax_errors', true],
      ['syntax_errors_to', 'real-$local_part@$domain'],
    ]),
    ...(usesProcmail(topology.local) ? [procmail(tail, affix)] : []),
    driver(`local_user${tail}`, [
      ['driver', 'accept'],
      ['domains', '+local_domains'],
      ...affix,
      ['check_local_user', true],
      ['local_parts', '! root'],
      ['transport', localTransport(topology)],
      ['cannot_route_message', 'Unknown user'],
    ]),
  ]
}

/** Debian's router: procmail(1) delivers to who has a ~/.procmailrc. */
function procmail(tail: string, affix: readonly EximOption[]): string {
  return driver(`procmail${tail}`, [
    ['driver', 'accept'],
    ['domains', '+local_domains'],
    ...affix,
    ['check_local_user', true],
    ['transport', 'procmail_pipe'],
    ['require_files', '$local_part_data:$home/.procmailrc:+/usr/bin/procmail'],
    ['no_verify', true],
    ['no_expn', true],
  ])
}

function localTransport({ local }: Topology): string {
  return local?.mailboxFormat === 'maildir' ? 'maildir_home' : 'mail_spool'
}

function suffix(delimiter: string | null): EximOption[] {
  if (delimiter === null) return []
  return [
    ['local_part_suffix', suffixes(delimiter)],
    ['local_part_suffix_optional', true],
  ]
}

/** `+-` → `+* : -*`: each character will do. */
function suffixes(delimiter: string): string {
  return [...delimiter].map((character) => `${character}*`).join(' : ')
}
