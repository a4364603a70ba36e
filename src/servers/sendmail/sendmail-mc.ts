import { UnsupportedError } from '../../errors/mailrig-error.ts'
import type { RenderContext } from '../rendering.ts'
import { blocklistLines } from './blocklists.ts'
import { listeners } from './daemons.ts'
import { directoryLines } from './directory.ts'
import { hopMailers, SMTP_PORT, STORE_MAILER } from './mailers.ts'
import { nextHop } from './mailertable.ts'
import { milterLines } from './milters.ts'
import { sendmailOf } from './releases.ts'
import { rewritingLines } from './rewriting.ts'
import { tlsLines, tlsRequiredLines } from './tls.ts'

/** Debian's own list, from the sendmail.mc that its package writes. */
const PRIVACY = 'needmailhelo,needexpnhelo,needvrfyhelo,restrictqrun,restrictexpand,nobodyreturn,authwarnings'

/**
 * sendmail.mc: Debian's, but listening on every address, without its greeting pause and rate limits, with the topology's
 * tables, and trying the queue every second.
 *
 * @see cf/README of sendmail for each word of it
 */
export function sendmailMc(context: RenderContext): string {
  const { topology } = context
  return [
    "define(`_USE_ETC_MAIL_')dnl",
    // Else a shell and its programs find out by whom and when it is built, for a comment.
    "define(`_NO_MAKEINFO_')dnl",
    "include(`/usr/share/sendmail/cf/m4/cf.m4')dnl",
    "OSTYPE(`debian')dnl",
    "DOMAIN(`debian-mta')dnl",
    "undefine(`confHOST_STATUS_DIRECTORY')dnl",
    define('confDOMAIN_NAME', topology.host),
    define('confDONT_PROBE_INTERFACES', 'True'),
    // noreceipts: no DSN either (cf/README).
    define('confPRIVACY_FLAGS', topology.dsn === false ? `${PRIVACY},noreceipts` : PRIVACY),
    define('confMAX_MESSAGE_SIZE', String(topology.limits.messageSize)),
    ...delimiterLines(topology.recipientDelimiter),
    ...PACE,
    ...(topology.limits.recipients === undefined
      ? []
      : [define('confMAX_RCPTS_PER_MESSAGE', String(topology.limits.recipients))]),
    ...queueTimes(topology),
    ...listeners(topology),
    ...features(context),
    ...(topology.limits.connections === undefined ? [] : ["FEATURE(`conncontrol', `nodelay', `terminate')dnl"]),
    ...blocklistLines(topology),
    ...milterLines(context),
    ...relayingBySender(topology),
    ...virtualDomains(context),
    ...authentication(context),
    ...tlsLines(topology),
    ...outbound(context),
    ...rewritingLines(topology),
    ...(topology.native.sendmail?.mc ?? []),
    'MAILER_DEFINITIONS',
    "MAILER(`local')dnl",
    "MAILER(`smtp')dnl",
    'MAILER_DEFINITIONS',
    ...STORE_MAILER,
    ...hopMailers(topology, context.addresses),
    ...tlsRequiredLines(topology),
    ...(topology.native.sendmail?.cf ?? []),
    '',
  ].join('\n')
}

function define(name: string, value: string): string {
  return `define(\`${name}', \`${value}')dnl`
}

/**
 * What makes a test wait, or a busy machine refuse: questions to identd, the age a deferred message must reach, the
 * five minutes for a host that does not answer, the load at which mail is queued or refused, slowed-down HELO and NOOP.
 */
const PACE = [
  define('confTO_IDENT', '0s'),
  define('confTO_ICONNECT', '5s'),
  define('confTO_CONNECT', '5s'),
  define('confQUEUE_LA', '1000'),
  define('confREFUSE_LA', '1000'),
  define('confMAX_NOOP_COMMANDS', '0'),
  // From level 10 on sendmail logs that a message has left the queue.
  define('confLOG_LEVEL', '11'),
]

function queueTimes({ queue }: RenderContext['topology']): string[] {
  const { retryAfter = 0, giveUpAfter, warnAfter } = queue
  return [
    define('confMIN_QUEUE_AGE', retryAfter === 0 ? '0' : `${retryAfter}s`),
    ...(giveUpAfter === undefined ? [] : [define('confTO_QUEUERETURN', `${giveUpAfter}s`)]),
    // Four hours otherwise, as Debian has it.
    ...(warnAfter === undefined ? [] : [define('confTO_QUEUEWARN', `${warnAfter}s`)]),
  ]
}

function features(context: RenderContext): string[] {
  return [
    "FEATURE(`use_cw_file')dnl",
    "FEATURE(`access_db', , `skip')dnl",
    `FEATURE(\`${sendmailOf(context.release).recipientsInAccessTable}')dnl`,
    // Without it a relay or mailbox domain would stand for all its subdomains too.
    "FEATURE(`relay_hosts_only')dnl",
    "FEATURE(`accept_unresolvable_domains')dnl",
    "FEATURE(`delay_checks', `friend', `n')dnl",
    "FEATURE(`domaintable')dnl",
    "FEATURE(`genericstable')dnl",
    "FEATURE(`mailertable')dnl",
    ...(directoryLines(context) ?? ["FEATURE(`virtusertable')dnl"]),
  ]
}

/** Without it RELAY for a sender says no more than OK. */
function relayingBySender({ access }: RenderContext['topology']): string[] {
  const asked = access.some((rule) => 'sender' in rule && rule.action === 'RELAY')
  return asked ? ["FEATURE(`relay_mail_from', `domain')dnl"] : []
}

/** sendmail's rules know no other delimiter than `+`; where it is no operator, they find none. */
function delimiterLines(delimiter: RenderContext['topology']['recipientDelimiter']): string[] {
  if (delimiter === '+') return []
  if (delimiter === null) return [define('confOPERATORS', '.:%@!^/[]')]
  throw new UnsupportedError(`sendmail separates user and detail by "+" only; recipientDelimiter is "${delimiter}"`, {
    code: 'SENDMAIL_DELIMITER',
    remedy: 'Use "+" or null, or leave sendmail out of the matrix for this topology.',
  })
}

/** A mailbox that stands for itself in the virtusertable would be looked up for ever without the first line. */
function virtualDomains({ topology }: RenderContext): string[] {
  const domains = [...Object.keys(topology.domains), ...Object.keys(topology.virtualAliasDomains)]
  return [
    "define(`_VIRTUSER_STOP_ONE_LEVEL_RECURSION_', `1')dnl",
    ...domains.map((name) => `VIRTUSER_DOMAIN(\`${name}')dnl`),
  ]
}

function authentication({ topology }: RenderContext): string[] {
  const { mechanisms, authRequiresTls } = topology.submission
  return [
    define('confAUTH_MECHANISMS', mechanisms.join(' ')),
    `TRUST_AUTH_MECH(\`${mechanisms.join(' ')}')dnl`,
    // `p`: no mechanism that shows the password while the line is plain. `A`: AUTH= only to servers that ask for AUTH.
    define('confAUTH_OPTIONS', authRequiresTls ? 'A p' : 'A'),
    "define(`confDONT_BLAME_SENDMAIL', defn(`confDONT_BLAME_SENDMAIL')`,GroupReadableSASLDBFile')dnl",
  ]
}

function outbound({ topology, addresses }: RenderContext): string[] {
  const mailers = ['SMTP', 'ESMTP', 'SMTP8', 'DSMTP']
  return [
    ...(addresses.smtpPort === SMTP_PORT
      ? []
      : mailers.map((mailer) => define(`${mailer}_MAILER_ARGS`, `TCP $h ${addresses.smtpPort}`))),
    ...(topology.smarthost ? [define('SMART_HOST', nextHop(topology.smarthost, addresses))] : []),
  ]
}
