import { UnsupportedError } from '../../errors/mailrig-error.ts'
import type { HopTls } from '../../topology/hop-schema.ts'
import { hopsOf, hostsOf } from '../../topology/hops.ts'
import type { Hop, Topology } from '../../topology/topology.ts'
import { usesProcmail } from '../procmailrc.ts'
import type { RenderContext } from '../rendering.ts'
import { STORE_PORTS } from '../store-ports.ts'
import { driver, type EximOption } from './config-text.ts'
import { PATHS } from './paths.ts'
import { forwardedSender } from './sender-rewriting.ts'

/** `begin transports`: Debian's, and LMTP to the mail store. */
export function transportSection({ topology, addresses }: RenderContext): string {
  return [
    'begin transports',
    ...(topology.native.exim?.transports ?? []),
    driver('address_file', [['driver', 'appendfile'], ...ENVELOPE]),
    driver('address_pipe', [
      ['driver', 'pipe'],
      ['return_fail_output', true],
    ]),
    // As Debian's sendmail, which runs them as mail.
    driver('system_aliases_file', [['driver', 'appendfile'], ...ENVELOPE, ...AS_MAIL]),
    driver('system_aliases_pipe', [['driver', 'pipe'], ['return_fail_output', true], ...AS_MAIL]),
    driver('address_reply', [['driver', 'autoreply']]),
    driver('address_directory', [
      ['driver', 'appendfile'],
      ...ENVELOPE,
      ['check_string', '""'],
      ['escape_string', '""'],
      ['maildir_format', true],
    ]),
    driver('mail_spool', [
      ['driver', 'appendfile'],
      ['file', '/var/mail/$local_part_data'],
      ...ENVELOPE,
      ['group', 'mail'],
      ['mode', '0660'],
      ['mode_fail_narrower', 'false'],
      ...quota(topology),
    ]),
    driver('maildir_home', [
      ['driver', 'appendfile'],
      ['directory', '$home/Maildir'],
      ...ENVELOPE,
      ['maildir_format', true],
      ['directory_mode', '0700'],
      ['mode', '0600'],
      ['mode_fail_narrower', 'false'],
      ...quota(topology),
    ]),
    ...(usesProcmail(topology.local) ? [PROCMAIL] : []),
    ...(addresses.store === undefined ? [] : [storeLmtp(addresses.store)]),
    driver('remote_smtp', [
      ['driver', 'smtp'],
      addresses.smtpPort === 25 ? undefined : ['port', addresses.smtpPort],
      ...tls(topology.outboundTls),
      ...rewriting(topology),
    ]),
    ...hopLevels(topology).map((level) =>
      driver(smarthostTransport(level), [
        ['driver', 'smtp'],
        ['multi_domain', true],
        ...tls(level),
        ...login(topology, addresses),
        ...rewriting(topology),
      ]),
    ),
  ].join('\n\n')
}

const AS_MAIL: EximOption[] = [
  ['user', 'mail'],
  ['group', 'mail'],
]

const ENVELOPE: EximOption[] = [
  ['delivery_date_add', true],
  ['envelope_to_add', true],
  ['return_path_add', true],
]

/** As Debian has it. */
const PROCMAIL = driver('procmail_pipe', [
  ['driver', 'pipe'],
  ['path', '/bin:/usr/bin:/usr/local/bin'],
  ['command', '/usr/bin/procmail'],
  ...ENVELOPE,
])

function quota({ local }: Topology): EximOption[] {
  return local?.mailboxQuota === undefined ? [] : [['quota', local.mailboxQuota]]
}

/** RFC 2033. The detail of an address is the store's business too, so it is sent on with its affix. */
function storeLmtp(address: string): string {
  return driver('store_lmtp', [
    ['driver', 'smtp'],
    ['protocol', 'lmtp'],
    ['hosts', address],
    ['hosts_override', true],
    ['port', STORE_PORTS.lmtp],
    ['rcpt_include_affixes', true],
    ['hosts_avoid_tls', '*'],
  ])
}

/**
 * The transport to a next hop that is named: Debian's, once for each TLS level that one is reached with. No name may begin
 * with another: in a route_list Exim takes the first transport that begins with what is written there.
 */
export function smarthostTransport(tls: HopKind): string {
  if (tls === 'lmtp') return 'remote_lmtp'
  return tls === 'opportunistic' ? 'remote_smtp_smarthost' : `remote_smtp_${tls.replace('-', '_')}_smarthost`
}

/** How all hosts of a next hop are spoken to. @throws {UnsupportedError} where they differ: one transport tries them all */
export function levelOf(hop: Hop): HopKind {
  if (hostsOf(hop).every((host) => kindOf(host) === kindOf(hop))) return kindOf(hop)
  throw new UnsupportedError('one transport of Exim tries all hosts of a next hop, with the same protocol and TLS', {
    code: 'EXIM_MIXED_FALLBACK',
    remedy: 'Reach all hosts of this next hop in the same way, or leave Exim out of the matrix for this topology.',
  })
}

/** Without the login a host that wants one gets nothing, and the mail waits. */
function login(topology: Topology, { upstreams }: RenderContext['addresses']): EximOption[] {
  const hosts = hopsOf(topology).flatMap(({ upstream, auth }) => (auth ? [upstreams[upstream]?.host ?? ''] : []))
  return hosts.length === 0 ? [] : [['hosts_require_auth', [...new Set(hosts)].join(' : ')]]
}

/** LMTP, which is spoken without TLS here, or what TLS there is. */
type HopKind = HopTls | 'lmtp'

function kindOf({ protocol, tls }: Hop): HopKind {
  return protocol === 'lmtp' ? 'lmtp' : tls
}

function hopLevels(topology: Topology): HopKind[] {
  return [...new Set(hopsOf(topology).map(kindOf))]
}

function tls(level: HopKind): EximOption[] {
  const authority: EximOption = ['tls_verify_certificates', PATHS.authority]
  switch (level) {
    case 'lmtp':
      return [
        ['protocol', 'lmtp'],
        // The next hop names one; without, Exim asks for the service "lmtp", which Debian's services(5) does not know.
        ['port', STORE_PORTS.lmtp],
        ['hosts_avoid_tls', '*'],
      ]
    case 'none':
      return [['hosts_avoid_tls', '*']]
    case 'opportunistic':
      return [authority]
    case 'required':
      return [authority, ['hosts_require_tls', '*']]
    case 'verified':
      return [authority, ['hosts_require_tls', '*'], ['tls_verify_hosts', '*']]
    case 'implicit':
      return [authority, ['protocol', 'smtps']]
    case 'implicit-verified':
      return [authority, ['protocol', 'smtps'], ['tls_verify_hosts', '*']]
  }
}

/** Rewriting happens on the way out, so that mail between people of this server keeps their own addresses. */
function rewriting({ host, rewriting }: Topology): EximOption[] {
  const { masqueradeAs } = rewriting
  const hasGeneric = Object.keys(rewriting.generic).length > 0
  const rules: string[] = []
  let returnPath = '$return_path'
  if (masqueradeAs !== undefined) {
    rules.unshift(`*@${host} $1@${masqueradeAs} frs`)
    returnPath = `\${if eqi{\${domain:$return_path}}{${host}}{\${local_part:$return_path}@${masqueradeAs}}{$return_path}}`
  }
  if (hasGeneric) {
    rules.unshift(`*@* \${lookup{$0}lsearch{${PATHS.genericAddresses}}{$value}fail} frs`)
    returnPath = `\${lookup{$return_path}lsearch{${PATHS.genericAddresses}}{$value}{${returnPath}}}`
  }
  if (rewriting.srs !== undefined) returnPath = forwardedSender(rewriting.srs, returnPath)
  return [
    ...(rules.length === 0 ? [] : ([['headers_rewrite', rules.join(' : ')]] as const)),
    ...(returnPath === '$return_path' ? [] : ([['return_path', returnPath]] as const)),
  ]
}
