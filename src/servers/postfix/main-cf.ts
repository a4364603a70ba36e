import { UnsupportedError } from '../../errors/mailrig-error.ts'
import { isImplicit } from '../../topology/hops.ts'
import type { Topology } from '../../topology/topology.ts'
import { networksNamed } from '../networks.ts'
import { usesProcmail } from '../procmailrc.ts'
import type { RenderContext } from '../rendering.ts'
import { STORE_PORTS } from '../store-ports.ts'
import { type AccessTables, SUBJECTS } from './access-tables.ts'
import { accountMaps } from './account-maps.ts'
import { milterParameters, policyParameters, srsTables } from './filters.ts'
import { heloParameters } from './helo.ts'
import type { Parameters } from './parameters.ts'
import { PATHS } from './paths.ts'
import { QUOTA_CLASS } from './quota-recipients.ts'
import { postfixOf } from './releases.ts'
import { rewrittenDomains } from './rewriting-tables.ts'
import { saslClientParameters } from './sasl-client.ts'
import { tlsParameters } from './tls.ts'
import { nextHop, transportTo } from './transport-table.ts'

/** main.cf(5): what the topology asks for, then what it says in Postfix's own words, which wins. */
export function mainCf(context: RenderContext, tables: ReadonlySet<string>, access: AccessTables): string {
  const { topology, addresses } = context
  const rendered: Parameters = {
    ...postfixOf(context.release).debian,
    ...host(topology, addresses),
    ...domains(context, tables),
    ...local(topology),
    ...relaying(context, tables, access),
    ...heloParameters(topology),
    ...quota(context, tables),
    ...rewriting(context, tables),
    ...tlsParameters(context, tables),
    ...submission(context),
    ...limits(topology),
    ...pace(topology),
    ...milterParameters(context),
  }
  const parameters = {
    ...rendered,
    ...policyParameters(rendered, context),
    ...topology.native.postfix?.['main.cf'],
  }
  return Object.entries(parameters)
    .map(([name, value]) => `${name} = ${value.trim().replace(/\n\s*/g, '\n  ')}`.trimEnd())
    .join('\n')
    .concat('\n')
}

function host(
  { host, origin, recipientDelimiter, ...topology }: Topology,
  addresses: RenderContext['addresses'],
): Parameters {
  const local = (topology.local?.domains ?? [host]).filter(
    (name) => !(name in topology.domains || name in topology.virtualAliasDomains),
  )
  return {
    myhostname: host,
    myorigin: origin,
    mydestination: [...local, 'localhost'].join(', '),
    inet_interfaces: 'all',
    inet_protocols: addresses.ipv6 ? 'all' : 'ipv4',
    recipient_delimiter: recipientDelimiter ?? '',
    append_dot_mydomain: 'no',
    biff: 'no',
    // Empty: syslog(3).
    maillog_file: topology.logging === 'syslog' ? '' : '/dev/stdout',
    // An id that is never used again: the short ones repeat, and mailrig follows messages by them.
    enable_long_queue_ids: 'yes',
  }
}

function domains(context: RenderContext, tables: ReadonlySet<string>): Parameters {
  return {
    ...(accountMaps(context) ?? accountTables(context, tables)),
    virtual_transport:
      context.addresses.store === undefined
        ? 'error:5.1.1 this topology has no mail store'
        : `lmtp:inet:[${context.addresses.store}]:${STORE_PORTS.lmtp}`,
  }
}

function accountTables({ topology }: RenderContext, tables: ReadonlySet<string>): Parameters {
  const mailboxDomains = Object.keys(topology.domains)
  const aliasDomains = [...Object.keys(topology.virtualAliasDomains), ...rewrittenDomains(topology)]
  return {
    virtual_alias_maps: indexed(tables, PATHS.virtual),
    virtual_alias_domains: aliasDomains.join(', '),
    virtual_mailbox_domains: mailboxDomains.join(', '),
    // Rendered even when empty: with no map at all, Postfix takes every recipient of these domains for known.
    virtual_mailbox_maps: mailboxDomains.length > 0 ? `texthash:${PATHS.virtualMailboxes}` : '',
  }
}

function local({ local }: Topology): Parameters {
  return {
    alias_maps: `hash:${PATHS.aliases}`,
    alias_database: `hash:${PATHS.aliases}`,
    // Without the default's "proxy:", which would start one more process.
    local_recipient_maps: 'unix:passwd.byname $alias_maps',
    mailbox_command: usesProcmail(local) ? '/usr/bin/procmail -a "$EXTENSION"' : '',
    home_mailbox: local?.mailboxFormat === 'maildir' ? 'Maildir/' : '',
    mailbox_size_limit: String(mailboxLimit(local)),
    // Without the default's dot-lock file, which nobody may make beside an alias's /file.
    mailbox_delivery_lock: 'fcntl',
  }
}

/** Octets; 0 is no limit. @throws {InputError} */
function mailboxLimit(local: Topology['local']): number {
  if (local?.mailboxQuota === undefined) return 0
  if (local.mailboxFormat === 'mbox') return local.mailboxQuota
  throw new UnsupportedError(
    'local.mailboxQuota: Postfix limits the size of a file, and a Maildir has one for each message',
    {
      code: 'POSTFIX_MAILDIR_QUOTA',
      remedy: "Use mailboxFormat: 'mbox', or leave Postfix out of the matrix for this topology.",
    },
  )
}

function relaying({ topology, addresses }: RenderContext, tables: ReadonlySet<string>, access: AccessTables) {
  const networks = subnets(topology.trustedNetworks, addresses)
  const xclient = subnets(topology.xclient, addresses)
  const relay = [
    ...(Object.keys(access.networks.relay).length > 0 ? [`check_client_access cidr:${PATHS.relayNetworks}`] : []),
    ...SUBJECTS.filter((subject) => tables.has(PATHS.relay[subject])).map(
      (subject) => `check_${subject}_access hash:${PATHS.relay[subject]}`,
    ),
  ]
  const parameters: Parameters = {
    // The mail store too: a Sieve script's replies and redirections leave by way of this server.
    mynetworks: [
      '127.0.0.0/8',
      ...(addresses.ipv6 ? ['[::1]/128'] : []),
      ...(addresses.store ? [`${addresses.store}/32`] : []),
      ...(addresses.ipv6?.store ? [`[${addresses.ipv6.store}]/128`] : []),
      ...networks,
    ].join(' '),
    relay_domains: topology.relayDomains.join(', '),
    ...smarthost(topology, addresses),
    transport_maps: indexed(tables, PATHS.transport),
    ...(tables.has(PATHS.senderTransport)
      ? { sender_dependent_default_transport_maps: `hash:${PATHS.senderTransport}` }
      : {}),
    ...saslClientParameters(topology),
    ...(xclient.length === 0 ? {} : { smtpd_authorized_xclient_hosts: xclient.join(' ') }),
    ...(topology.submission.senders === 'own' ? { smtpd_sender_login_maps: `hash:${PATHS.senderLogins}` } : {}),
    smtp_tcp_port: String(addresses.smtpPort),
    // Debian's default, and Postfix's: an unauthorised destination is put off (454), not refused (554).
    smtpd_relay_restrictions: [
      'permit_mynetworks',
      'permit_sasl_authenticated',
      ...relay,
      'defer_unauth_destination',
    ].join(', '),
  }
  for (const subject of SUBJECTS) {
    const checks = [
      ...(subject === 'client' && Object.keys(access.networks.access).length > 0
        ? [`check_client_access cidr:${PATHS.accessNetworks}`]
        : []),
      ...(tables.has(PATHS.access[subject]) ? [`check_${subject}_access hash:${PATHS.access[subject]}`] : []),
      ...(subject === 'recipient' && tables.has(PATHS.quotaRecipients)
        ? [`check_recipient_access hash:${PATHS.quotaRecipients}`]
        : []),
    ]
    if (subject === 'sender' && topology.submission.senders === 'own') {
      checks.unshift('reject_authenticated_sender_login_mismatch')
    }
    if (subject === 'client') checks.push(...blocklists(topology))
    if (checks.length > 0) parameters[`smtpd_${subject}_restrictions`] = checks.join(', ')
  }
  return parameters
}

/** An IPv6 network stands in brackets (postconf(5), mynetworks). */
function subnets(networks: readonly string[], addresses: RenderContext['addresses']): string[] {
  return networks
    .flatMap((network) => networksNamed(network, addresses))
    .map((network) => (network.includes(':') ? network.replace(/^(.*)\//, '[$1]/') : network))
}

function smarthost({ smarthost }: Topology, addresses: RenderContext['addresses']): Parameters {
  if (!smarthost) return { relayhost: '' }
  const transport = transportTo(smarthost, addresses)
  // relayhost names no transport.
  if (!isImplicit(smarthost.tls) && smarthost.protocol === 'smtp') return { relayhost: nextHop(smarthost, addresses) }
  return { relayhost: '', default_transport: transport, relay_transport: transport }
}

/** DNS blocklists, asked about strangers. smtpd(8) asks at RCPT (smtpd_delay_reject), so it knows who has logged in. */
function blocklists({ dnsbl }: Topology): string[] {
  const lists = Object.entries(dnsbl).filter(([, { asked }]) => asked)
  if (lists.length === 0) return []
  return [
    'permit_mynetworks',
    'permit_sasl_authenticated',
    ...lists.flatMap(([list, { codes }]) => (codes ? codes.map((code) => `${list}=${code}`) : [list])),
  ].map((check, index) => (index < 2 ? check : `reject_rbl_client ${check}`))
}

/** The restriction of the recipients with a quota: the store's quota-status service says whether the mailbox is full. */
function quota({ addresses }: RenderContext, tables: ReadonlySet<string>): Parameters {
  if (addresses.store === undefined || !tables.has(PATHS.quotaRecipients)) return {}
  return {
    smtpd_restriction_classes: QUOTA_CLASS,
    [QUOTA_CLASS]: `check_policy_service inet:${addresses.store}:${STORE_PORTS.quotaStatus}`,
  }
}

function rewriting(context: RenderContext, tables: ReadonlySet<string>): Parameters {
  const srs = srsTables(context)
  const recipients = [...srs.recipient, ...(tables.has(PATHS.canonical) ? [indexed(tables, PATHS.canonical)] : [])]
  return {
    smtp_generic_maps: indexed(tables, PATHS.generic),
    recipient_canonical_maps: recipients.join(', '),
    ...(srs.sender.length === 0
      ? {}
      : { sender_canonical_maps: srs.sender.join(', '), sender_canonical_classes: 'envelope_sender' }),
    // Otherwise the header of mail that comes by SMTP keeps the old domain, from trusted clients too.
    ...(tables.has(PATHS.canonical) ? { local_header_rewrite_clients: 'static:all' } : {}),
  }
}

/** Only the submission service turns AUTH on: an smtpd with AUTH cannot greet before the mail store is up. */
function submission({ addresses, storeLacks }: RenderContext): Parameters {
  if (addresses.store === undefined || storeLacks?.['sasl-service'] !== undefined) return {}
  return { smtpd_sasl_type: 'dovecot', smtpd_sasl_path: `inet:${addresses.store}:${STORE_PORTS.sasl}` }
}

function limits({ limits, dsn }: Topology): Parameters {
  return {
    message_size_limit: String(limits.messageSize),
    // A test makes many errors from one address, on purpose.
    smtpd_error_sleep_time: '0',
    smtpd_soft_error_limit: '1000',
    smtpd_hard_error_limit: '1000',
    smtpd_junk_command_limit: '1000',
    smtpd_client_connection_count_limit: String(limits.connections ?? 0),
    ...(limits.recipients === undefined ? {} : { smtpd_recipient_limit: String(limits.recipients) }),
    ...(limits.messageRate === undefined
      ? {}
      : { smtpd_client_message_rate_limit: String(limits.messageRate), anvil_rate_time_unit: '60s' }),
    ...(dsn === false ? { smtpd_discard_ehlo_keywords: 'silent-discard, dsn' } : {}),
  }
}

/** Retry within seconds what a real server retries within hours, and never wait on purpose. */
function pace({ queue }: Topology): Parameters {
  const { retryAfter = 2, giveUpAfter, warnAfter } = queue
  return {
    queue_run_delay: '1s',
    // Not 1: times count in whole seconds, so the retry could come within milliseconds of the deferral. qmgr(8) then
    // finds the file still locked, logs "skipped, still being delivered", and leaves it in the active queue for good.
    minimal_backoff_time: `${retryAfter}s`,
    maximal_backoff_time: `${retryAfter}s`,
    in_flow_delay: '0s',
    ...(giveUpAfter === undefined
      ? {}
      : { maximal_queue_lifetime: `${giveUpAfter}s`, bounce_queue_lifetime: `${giveUpAfter}s` }),
    ...(warnAfter === undefined ? {} : { delay_warning_time: `${warnAfter}s` }),
  }
}

function indexed(tables: ReadonlySet<string>, path: string): string {
  return tables.has(path) ? `hash:${path}` : ''
}
