import { z } from 'zod'
import { dkim } from './dkim.ts'
import { filterServers } from './filter-servers.ts'
import { filterName, milter, policy } from './filters.ts'
import { hop, outboundTls, senderName } from './hop-schema.ts'
import { dnsbl, internetClient, remoteDomain } from './internet.ts'
import { PASSWORD_MECHANISMS } from './mechanisms.ts'
import {
  accountName,
  client,
  dnsName,
  domainName,
  localPart,
  mailAddress,
  network,
  octets,
  octetsBetween,
  quote,
} from './names.ts'
import { nativeSchema } from './native.ts'

/** How much a mailbox in the mail store may hold. */
const quota = z
  .strictObject({
    /** Octets of all messages together. */
    storage: octets.optional(),
    /** How many messages. */
    messages: z.int().min(1).optional(),
    /**
     * A message for which there is no room: `refuse` for good, at RCPT where the MTA asks the store, else by a bounce;
     * `defer` leaves it in the MTA's queue until there is room. RFC 3463 §3.3 has both as X.2.2.
     */
    full: z.enum(['refuse', 'defer']).default('refuse'),
  })
  .refine((quota) => quota.storage !== undefined || quota.messages !== undefined, {
    error: 'a quota says storage, messages or both',
  })

/** A mailbox in the mail store. */
const mailbox = z.strictObject({
  /** IMAP, POP3 and submission password. Default: `secret`. */
  password: z.string().min(1).max(128).default('secret'),
  quota: quota.optional(),
  /** The active Sieve script (RFC 5228). One that does not compile ends the start, with the server's own message. */
  sieve: z.string().min(1).optional(),
})

/** One or more recipients; a bare local part means the domain it stands in. */
const recipients = z
  .union([z.string(), z.array(z.string()).min(1)])
  .transform((value) => (typeof value === 'string' ? [value] : value))

/** The content of a text file, whole or by lines. */
const text = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === 'string' ? value : value.map((line) => `${line}\n`).join('')))

/** Names alone, or names with settings: `['jim']` is `{ jim: {} }`. */
function namesOrRecord<K extends z.ZodType<string, string>, V extends z.ZodType>(key: K, value: V) {
  return z.preprocess(
    (input, context) => {
      if (!Array.isArray(input)) return input
      for (const [index, name] of input.entries()) {
        if (typeof name === 'string') continue
        const message = 'expected a name; names with settings are an object, such as { jim: { … }, petra: {} }'
        context.addIssue({ code: 'custom', path: [index], message })
      }
      return Object.fromEntries(input.map((name) => [name, {}]))
    },
    z.record(key, value),
  )
}

/** A domain whose mailboxes are in the mail store: Postfix calls it a virtual mailbox domain. */
const mailboxDomain = z.strictObject({
  mailboxes: namesOrRecord(localPart, mailbox).default({}),
  /** Local part → recipients. An alias wins over the catch-all. */
  aliases: z.record(localPart, recipients).default({}),
  /** Where every other local part goes. */
  catchAll: z.string().optional(),
})

/** A domain without mailboxes of its own: every address is an alias (Postfix: virtual_alias_domains). */
const virtualAliasDomain = z.strictObject({
  aliases: z
    .record(
      localPart,
      z.union([mailAddress, z.array(mailAddress).min(1)]).transform((v) => [v].flat()),
    )
    .default({}),
  catchAll: mailAddress.optional(),
})

/** A Unix account on the MTA's own host, served by its local delivery agent. */
const account = z.strictObject({
  password: z.string().min(1).max(128).default('secret'),
  /** Lines of ~/.forward. */
  forward: z.array(z.string()).optional(),
  /** ~/.procmailrc: the MTA then has procmail(1) deliver to this account. */
  procmailrc: text.optional(),
})

/**
 * What stands to the right of a name in the alias file, aliases(5): a user or address, `|command`, `/file`,
 * `:include:/path`.
 */
const aliasTarget = z.string().min(1)

const local = z.strictObject({
  /** Domains delivered to Unix accounts (Postfix: mydestination; sendmail: class w). The host's own name is one. */
  domains: z.array(domainName).default([]),
  accounts: namesOrRecord(accountName, account).default({}),
  /** The system alias file, aliases(5). */
  aliases: z
    .record(
      z.string().min(1),
      z.union([aliasTarget, z.array(aliasTarget)]).transform((v) => [v].flat()),
    )
    .default({}),
  /** Extra files on the host, for `:include:` lists and the like: absolute path → content. */
  files: z
    .record(
      z.string().startsWith('/', {
        error: (issue) => `${quote(issue.input)} is not an absolute path such as "/etc/mail/list"`,
      }),
      z.string(),
    )
    .default({}),
  /** How the local delivery agent stores mail: `/var/mail/<user>`, or `~/Maildir/`. */
  mailboxFormat: z.enum(['mbox', 'maildir']).default('mbox'),
  /** Octets that each account's mailbox may hold, which the MTA itself sees to; what goes beyond is bounced. */
  mailboxQuota: octets.optional(),
})

/** `none` offers no STARTTLS, `offered` does (RFC 3207), `required` refuses mail without it. */
const inboundTls = z.enum(['none', 'offered', 'required'])

/** Mechanisms by their registered names (IANA, SASL Mechanisms). */
const mechanism = z.enum(PASSWORD_MECHANISMS)
export type Mechanism = z.output<typeof mechanism>

/** Message submission on port 587 (RFC 6409), the only place where AUTH is offered. */
const submission = z.strictObject({
  /** STARTTLS there. Default: as `tls`. */
  tls: inboundTls.optional(),
  /** True: no AUTH before STARTTLS (RFC 4954 §4). Default: true where TLS is required. */
  authRequiresTls: z.boolean().optional(),
  /** SASL mechanisms offered (RFC 4954). */
  mechanisms: z.array(mechanism).min(1).default(['PLAIN', 'LOGIN']),
  /**
   * In whose name a user who has logged in may send (Postfix: reject_authenticated_sender_login_mismatch): `own` are the address
   * of the mailbox, and the aliases that lead to it.
   */
  senders: z.enum(['any', 'own']).default('any'),
})

/** What to do with mail that matches: sendmail's access(5) words, which Postfix and Exim share in substance. */
const accessAction = z.union([
  z.enum(['OK', 'RELAY', 'REJECT', 'DISCARD']),
  z.strictObject({
    /** Three-digit SMTP reply code, 4xx or 5xx. */
    code: z.int().min(400).max(599),
    enhanced: z
      .string()
      .regex(/^[45]\.\d{1,3}\.\d{1,3}$/, {
        error: (issue) => `${quote(issue.input)} is not an enhanced status code such as "5.7.1"`,
      })
      .optional(),
    text: z.string().min(1),
  }),
])

const accessRule = z.union([
  z.strictObject({ sender: z.string().min(1), action: accessAction }),
  z.strictObject({ recipient: z.string().min(1), action: accessAction }),
  z.strictObject({ client, action: accessAction }),
])

const rewriting = z.strictObject({
  /** The domain shown to others instead of the host's own name, in envelope and header. */
  masqueradeAs: domainName.optional(),
  /** Sender address → address on mail that leaves (sendmail genericstable, Postfix smtp_generic_maps). */
  generic: z.record(mailAddress, mailAddress).default({}),
  /** Recipient domain → domain, before routing (sendmail domaintable). */
  domains: z.record(domainName, domainName).default({}),
  /**
   * The domain of this server in whose name forwarded mail leaves (SRS): MAIL FROM is an address there that leads back to the
   * sender, so that SPF holds. Postfix has it done by Debian's postsrsd.
   */
  srs: domainName.optional(),
})

const limits = z.strictObject({
  /** Largest message in octets, announced by SIZE (RFC 1870). */
  messageSize: octetsBetween(1024, 2 ** 31 - 1).default(10_485_760),
  /** Recipients of one message; more are put off, `452` (RFC 5321 §4.5.3.1.10). Default: none that a test meets. */
  recipients: z.int().min(1).max(10_000).optional(),
  /** Connections at a time from one client that is not trusted (Postfix: smtpd_client_connection_count_limit). */
  connections: z.int().min(1).max(1000).optional(),
  /** Messages a minute from one client that is not trusted (Postfix: smtpd_client_message_rate_limit). */
  messageRate: z.int().min(1).max(100_000).optional(),
})

/** Seconds. Left out: mailrig's own pace, which tries every second or two and gives up after an hour or later. */
const queue = z.strictObject({
  /** From a deferral to the next try. Postfix cannot do with less than two. */
  retryAfter: z.int().min(2).optional(),
  /** From the arrival to the bounce. */
  giveUpAfter: z.int().min(1).optional(),
  /** From the arrival to the warning that the message is late, which is not sent otherwise. */
  warnAfter: z.int().min(1).optional(),
})

/** The mail store: how it keeps mail, and how people get at it. */
/** RFC 6154 §2, without the backslash that stands in front of each in IMAP. */
const SPECIAL_USES = ['All', 'Archive', 'Drafts', 'Flagged', 'Junk', 'Sent', 'Trash'] as const

const folderName = z.string().regex(/^[^\s/"\\%*.][^/"\\%*.\x00-\x1f\x7f]{0,62}$/, {
  error: (issue) =>
    `${quote(issue.input)} cannot be the name of a folder such as "Junk-Mail" (at most 63 characters, none of / . % * " \\)`,
})

const folder = z.strictObject({
  /** What clients use it for (RFC 6154). */
  specialUse: z.enum(SPECIAL_USES).optional(),
})

export const storeSettings = z.strictObject({
  /** A folder a mailbox, with a file a message; or mbox files. */
  mailboxFormat: z.enum(['maildir', 'mbox']).default('maildir'),
  /** TLS on IMAP and POP3: `none`, `offered`, or `required` before anybody can log in (Dovecot: ssl). */
  tls: z.enum(['none', 'offered', 'required']).default('offered'),
  /** The oldest protocol accepted (Dovecot: ssl_min_protocol). Default: the server's own, TLSv1.2. */
  tlsMinimum: z.enum(['TLSv1.2', 'TLSv1.3']).optional(),
  /** SASL mechanisms of IMAP and POP3, and of submission where the MTA asks the store (Dovecot: auth_mechanisms). */
  mechanisms: z.array(mechanism).min(1).default(['PLAIN', 'LOGIN']),
  /** The Unix accounts of `local` log in too, by PAM, and read what the local delivery agent of the MTA wrote. */
  localAccounts: z.boolean().default(false),
  /** Folders that every mailbox has from the start, beside INBOX, and is subscribed to. */
  folders: namesOrRecord(folderName, folder).default({}),
  /** Users may give each other rights on their folders (ACL, RFC 4314), which are then found below `shared/USER`. */
  sharing: z.boolean().default(false),
  /** Folders have annotations (METADATA, RFC 5464). */
  metadata: z.boolean().default(false),
})

const upstreamName = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, {
  error: (issue) =>
    `${quote(issue.input)} cannot be the name of an upstream such as "backup-2" (lower case, at most 32)`,
})

const recipientDelimiter = z.string().regex(/^(?!.*(.).*\1)[-+_=]{1,4}$/, {
  error: (issue) => `${quote(issue.input)} is not a delimiter such as "+", or several such as "+-"`,
})

/** Everything but `native`. */
const neutral = z.strictObject({
  /** The MTA's own host name. Default: `mx.` and the first domain, or `mx.example.com`. */
  host: domainName.optional(),
  /** The domain added to bare names in mail submitted on the host (Postfix: myorigin). Default: `host`. */
  origin: domainName.optional(),
  /**
   * Where the servers look up domains, mailboxes, aliases and catch-alls: in files rendered for each, or on a server
   * that they all ask: in the tables of PostgreSQL or MariaDB, or in the directory of OpenLDAP.
   */
  accounts: z.enum(['files', 'postgresql', 'mariadb', 'ldap']).default('files'),
  domains: z.record(domainName, mailboxDomain).default({}),
  virtualAliasDomains: z.record(domainName, virtualAliasDomain).default({}),
  local: local.optional(),
  /** Domains this MTA relays for although they live elsewhere (Postfix: relay_domains). */
  relayDomains: z.array(domainName).default([]),
  /** Next hop for all outbound mail (Postfix: relayhost). Default: deliver by MX. */
  smarthost: hop.optional(),
  /** Domain → next hop, before smarthost and MX (sendmail mailertable, Postfix transport_maps). */
  routes: z.record(domainName, hop).default({}),
  /** Sender, or the domain of it → next hop, before smarthost and MX (Postfix: sender_dependent_relayhost_maps). */
  senderRoutes: z.record(senderName, hop).default({}),
  /** Clients that may relay. Default: none, clients are strangers. */
  trustedNetworks: z.array(network).default([]),
  access: z.array(accessRule).default([]),
  rewriting: rewriting.default({ generic: {}, domains: {} }),
  limits: limits.default({ messageSize: 10_485_760 }),
  queue: queue.default({}),
  /** Delivery status notifications (RFC 3461): offered, or not. Default: as Debian packages the server. */
  dsn: z.boolean().optional(),
  /**
   * Where the MTA's log goes: to the container's output alone, or through syslogd to /var/log/mail.log, errors to
   * /var/log/mail.err as well.
   */
  logging: z.enum(['output', 'syslog']).default('output'),
  /**
   * Between user and detail in `user+detail@…` (Postfix: recipient_delimiter): one character, or several, each of which will
   * do; null turns it off.
   */
  recipientDelimiter: recipientDelimiter.nullable().default('+'),
  /** STARTTLS on SMTP, port 25. */
  tls: inboundTls.default('offered'),
  /** The oldest TLS version that clients may speak to the MTA. Debian's libraries have none before 1.2. */
  tlsMinimum: z.enum(['TLSv1.2', 'TLSv1.3']).optional(),
  submission: submission.optional(),
  outboundTls: outboundTls.default('opportunistic'),
  /** Only where there is a mail store: a mailbox, or `localAccounts`. */
  store: storeSettings.optional(),
  /** The fake relays. `upstream` always exists, declared or not. */
  upstreams: z.array(upstreamName).default(['upstream']),
  /** Domains elsewhere; names alone mean MX to `upstream`. `client.example` always exists. */
  internet: namesOrRecord(dnsName, remoteDomain).default({}),
  /** Hosts that connect from the internet, beside `client.example`: by name. */
  clients: namesOrRecord(domainName, internetClient).default({}),
  /**
   * A port at which whoever connects says first who the client is (HAProxy's PROXY protocol, versions 1 and 2), as a load
   * balancer does. Everybody there is believed.
   */
  proxyProtocol: z.strictObject({ port: z.int().min(1).max(65535).default(10025) }).optional(),
  /** Who may say by XCLIENT that the client is somebody else (Postfix: smtpd_authorized_xclient_hosts). */
  xclient: z.array(network).default([]),
  /** Whether hosts and clients have IPv6 addresses, too. */
  ipv6: z.boolean().default(false),
  /**
   * What the name in HELO or EHLO has to be, of clients that are neither trusted nor logged in: with a dot in it (or an address
   * literal), a name that DNS knows, not the MTA's own (Postfix: smtpd_helo_restrictions).
   */
  heloChecks: z.array(z.enum(['fqdn', 'resolvable', 'not-ours'])).default([]),
  /** DNS blocklists, by zone: whom they list, and whether the MTA asks them about clients that are not trusted. */
  dnsbl: z.record(domainName, dnsbl).default({}),
  /** Filters that the MTA asks about each message while it comes (Postfix: smtpd_milters), in this order; mailrig plays them. */
  milters: namesOrRecord(filterName, milter).default({}),
  /** Services that the MTA asks whether a request is allowed (Postfix: check_policy_service); mailrig plays them. */
  policies: namesOrRecord(filterName, policy).default({}),
  /**
   * Debian's own filters (OpenDKIM and others), which run for real in the rig. Milters among them are asked before those that
   * mailrig plays, policy services after, and the latter about strangers alone.
   */
  filters: filterServers.default({}),
  /** Domains whose mail is signed by DKIM, by tests or by `filters.opendkim`: mailrig makes their keys. */
  dkim: namesOrRecord(domainName, dkim).default({}),
})

/** The neutral description of a mail world, and each known server's own words. It knows no server itself. */
export function topologySchema() {
  const native = nativeSchema()
  return neutral.extend({
    /** Settings in each server's own words, added after what mailrig renders. */
    native: native.default({}),
  })
}

/** What a scenario author writes. */
export type TopologyInput = z.input<ReturnType<typeof topologySchema>>
/** The same after defaults, before names are resolved. */
export type ParsedTopology = z.output<ReturnType<typeof topologySchema>>
