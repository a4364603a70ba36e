import type { Topology } from '../../topology/topology.ts'
import type { RenderContext } from '../rendering.ts'
import { type EximOption, optionLine } from './config-text.ts'
import { namedLists } from './domain-lists.ts'
import { PATHS } from './paths.ts'
import { sqlServers } from './sql-lookups.ts'
import { TLS_ON_CONNECT_PORT } from './submission-ports.ts'

/** The panic log's lines are the main log's too; once is enough. */
const SYSLOG: EximOption[] = [
  ['log_file_path', 'syslog'],
  ['syslog_duplication', 'false'],
]

/** High enough that no scenario meets it: a limit that is to be tested is set by `native.exim.main`. */
const UNREACHED = 1000

/**
 * Debian's, with the time to the millisecond and without two lines for each queue run; and what the other servers tell
 * by themselves: who connects, the envelope, and how long a message has been here.
 */
const LOG_SELECTOR =
  '+smtp_protocol_error +smtp_syntax_error +tls_certificate_verified +tls_peerdn +millisec -queue_run +smtp_connection +received_recipients +queue_time'

/**
 * Everything before the first `begin` (Exim specification §14). An option or a named list that `native.exim.main` sets
 * is left to it, because Exim refuses what is set twice.
 */
export function mainSection({ topology, addresses }: RenderContext): string {
  const native = topology.native.exim?.main ?? []
  const { warnAfter } = topology.queue
  const { connections, recipients } = topology.limits
  const nativeLines = native.flatMap((text) => text.split('\n'))
  const taken = new Set(nativeLines.map(optionName))
  const takenLists = new Set(nativeLines.flatMap((line) => listName(line) ?? []))
  const options: EximOption[] = [
    ['primary_hostname', topology.host],
    ['qualify_domain', topology.origin],
    // Without the option: all of both kinds.
    ...(addresses.ipv6 ? [] : ([['local_interfaces', '0.0.0.0']] as const)),
    ['daemon_smtp_ports', ['25', '587', TLS_ON_CONNECT_PORT, ...proxyPorts(topology)].join(' : ')],
    ...proxyPorts(topology).map((port): EximOption => ['hosts_proxy', `\${if eq{$received_port}{${port}}{*}}`]),
    ['tls_on_connect_ports', TLS_ON_CONNECT_PORT],
    ...(addresses.ipv6 ? [] : ([['disable_ipv6', true]] as const)),

    ['acl_smtp_mail', 'acl_check_mail'],
    ['acl_smtp_rcpt', 'acl_check_rcpt'],
    ['acl_smtp_data', 'acl_check_data'],
    ['message_size_limit', topology.limits.messageSize],
    ...tls(topology),
    ...sqlServers(topology.accounts, addresses),

    // As Debian has them.
    ['host_lookup', '*'],
    ['dns_dnssec_ok', 1],
    ['prdr_enable', 'true'],
    ['smtputf8_advertise_hosts', ''],
    ...(topology.dsn === undefined ? [] : ([['dsn_advertise_hosts', topology.dsn ? '*' : '']] as const)),
    // Once: where one time stands alone, Exim warns again and again after as long.
    ...(warnAfter === undefined ? [] : ([['delay_warning', `${warnAfter}s:${warnAfter + 86_400}s`]] as const)),
    ['local_from_check', 'false'],
    ['local_sender_retain', 'true'],
    ['untrusted_set_sender', '*'],
    ['trusted_users', 'uucp'],
    ['gecos_pattern', '^([^,:]*)'],
    ['gecos_name', '$1'],
    ['ignore_bounce_errors_after', '2d'],
    ['timeout_frozen_after', '7d'],
    ['freeze_tell', 'postmaster'],
    ['keep_environment', ''],
    ['spool_directory', PATHS.spool],

    ['log_selector', LOG_SELECTOR],
    // The reject log repeats the main log's lines.
    ['write_rejectlog', 'false'],
    ...(topology.logging === 'syslog' ? SYSLOG : []),

    // A script may err as often as it wants, and open as many connections.
    ['smtp_max_synprot_errors', UNREACHED],
    ['smtp_max_unknown_commands', UNREACHED],
    ['smtp_accept_max_nonmail', UNREACHED],
    ['smtp_accept_max', UNREACHED],
    ...(connections === undefined
      ? []
      : ([
          ['smtp_accept_max_per_host', `\${if match_ip{$sender_host_address}{+relay_from_hosts}{0}{${connections}}}`],
        ] as const)),
    ...(recipients === undefined ? [] : ([['recipients_max', recipients]] as const)),
    ['smtp_connect_backlog', 128],
    // The default leaves the eleventh message of a connection to the next queue run.
    ['smtp_accept_queue_per_connection', 0],
  ]
  return [
    ...native,
    ...namedLists(topology, addresses).filter((line) => !takenLists.has(listName(line) ?? '')),
    '',
    ...options.filter(([name]) => !taken.has(name)).map(optionLine),
  ].join('\n')
}

function tls({ tls, submission, tlsMinimum }: Topology): EximOption[] {
  const offered = (mode: Topology['tls']) => (mode === 'none' ? '' : '*')
  return [
    [
      'tls_advertise_hosts',
      offered(tls) === offered(submission.tls)
        ? offered(tls)
        : `\${if eq{$received_port}{587}{${offered(submission.tls)}}{${offered(tls)}}}`,
    ],
    ['tls_certificate', PATHS.certificate],
    ['tls_privatekey', PATHS.key],
    // A priority string of GnuTLS. NORMAL is Exim's default; on Debian 12 it has TLS 1.0 and 1.1.
    ['tls_require_ciphers', `NORMAL:-VERS-ALL:+VERS-TLS1.3${tlsMinimum === 'TLSv1.3' ? '' : ':+VERS-TLS1.2'}`],
  ]
}

function proxyPorts({ proxyProtocol }: Topology): number[] {
  return proxyProtocol ? [proxyProtocol.port] : []
}

function optionName(line: string): string {
  return line.replace(/^\s*(?:hide\s+)?(?:no_|not_)?/, '').match(/^\w+/)?.[0] ?? ''
}

/** `local_domains` of `domainlist local_domains = …` (Exim specification §10.5). */
function listName(line: string): string | undefined {
  return line.match(/^\s*(?:hide\s+)?(?:domain|host|address|localpart)list(?:_cache)?\s+(\w+)/)?.[1]
}
