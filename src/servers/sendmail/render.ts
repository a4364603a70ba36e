import { UnsupportedError } from '../../errors/mailrig-error.ts'
import type { Topology } from '../../topology/topology.ts'
import { extraFiles } from '../files.ts'
import { accountProcmailrcs, systemProcmailrc } from '../procmailrc.ts'
import { refuseFilters } from '../refuse-filters.ts'
import type { RenderContext, Rendered, ServerFile } from '../rendering.ts'
import { requireStore } from '../require-store.ts'
import { resolverEnvironment } from '../resolver-environment.ts'
import { syslogFiles } from '../syslog.ts'
import { forwardFiles, unixAccounts } from '../unix-accounts.ts'
import { access } from './access.ts'
import { aliases } from './aliases.ts'
import { directorySecret, refuseInDirectory } from './directory.ts'
import { supports } from './features.ts'
import { mailertable } from './mailertable.ts'
import { sendmailOf } from './releases.ts'
import { domaintable, genericstable } from './rewriting.ts'
import { sasldb } from './sasldb.ts'
import { sendmailMc } from './sendmail-mc.ts'
import { tlsFiles } from './tls.ts'
import { virtusertable } from './virtusertable.ts'

/**
 * Topology → the files of /etc/mail.
 *
 * @throws {InputError} where the topology asks for what sendmail cannot do.
 */
export function render(context: RenderContext): Rendered {
  const { topology, addresses } = context
  requireStore(context)
  if (topology.local?.mailboxQuota !== undefined) {
    throw new UnsupportedError(`local.mailboxQuota: ${supports('mailbox-quota')}`, {
      code: 'SENDMAIL_MAILBOX_QUOTA',
      remedy: "Leave it out, or leave sendmail out of the matrix for this topology: needs: ['mailbox-quota'].",
    })
  }
  if (topology.accounts === 'ldap') refuseInDirectory(topology)
  else refuseTables(topology)
  refuseScram(context)
  refuseSenderRoutes(topology)
  refuseOwnSenders(topology)
  refuseHeloChecks(topology)
  refuseMessageRate(topology)
  refuseStandIns(topology)
  refuseFilters(topology, { title: 'sendmail', supports })
  const files: ServerFile[] = [
    { path: '/etc/mail/sendmail.mc', content: sendmailMc(context) },
    { path: '/etc/mail/local-host-names', content: lines(topology.local?.domains ?? [topology.host]) },
    { path: '/etc/mail/access', content: access(topology, addresses) },
    { path: '/etc/mail/virtusertable', content: virtusertable(topology) },
    { path: '/etc/mail/mailertable', content: mailertable(topology, addresses) },
    { path: '/etc/mail/domaintable', content: domaintable(topology) },
    { path: '/etc/mail/genericstable', content: genericstable(topology) },
    { path: '/etc/mail/aliases', content: aliases(topology) },
    { path: '/etc/mailrig/sasldb', content: sasldb(topology), mode: 0o600 },
    // procmail(1) delivers for Debian's local mailer, whether or not anybody has recipes.
    systemProcmailrc(topology.local?.mailboxFormat ?? 'mbox'),
    ...unixAccounts(topology.local),
    ...forwardFiles(topology.local),
    ...syslogFiles(topology),
    ...tlsFiles(context.tls),
    ...directorySecret(topology),
    ...accountProcmailrcs(topology.local),
    ...extraFiles(topology.local),
  ]
  return {
    files,
    environment: {
      MAILRIG_HOST: topology.host,
      MAILRIG_ADDRESS: addresses.mta.lan,
      ...resolverEnvironment({ topology, addresses }),
      ...(topology.origin === topology.host ? {} : { MAILRIG_ORIGIN: topology.origin }),
    },
    capabilities: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'NET_BIND_SERVICE', 'SETGID', 'SETUID'],
    // One port is enough: all are open before the daemon takes its first connection.
    greetings: { 25: '220' },
    refuses: REFUSES,
  }
}

/** @throws {UnsupportedError} where SASL of the release has no SCRAM */
function refuseScram({ topology, release }: RenderContext): void {
  const asked = topology.submission.mechanisms.filter((mechanism) => mechanism.startsWith('SCRAM-'))
  if (asked.length === 0 || sendmailOf(release).scram) return
  throw new UnsupportedError(
    `submission.mechanisms: the SASL library of Debian ${release} has no ${asked.join(' and ')} in libsasl2-modules`,
    { code: 'SENDMAIL_SCRAM', remedy: 'Leave SCRAM out, or sendmail of this release.' },
  )
}

/** Mailboxes may be in tables, as the store looks for them; what sendmail itself would have to look up there may not. */
function refuseTables({ accounts, domains, virtualAliasDomains }: Topology): void {
  if (accounts === 'files') return
  const names = [
    ...Object.entries(domains)
      .filter(([, { aliases, catchAll }]) => catchAll !== undefined || Object.keys(aliases).length > 0)
      .map(([name]) => name),
    ...Object.keys(virtualAliasDomains),
  ]
  if (names.length === 0) return
  throw new UnsupportedError(
    `sendmail finds no aliases and catch-alls in SQL tables; the topology has some of ${names.join(', ')}`,
    {
      code: 'SENDMAIL_SQL_TABLES',
      remedy: "Say needs: ['sql-tables'] of the scenario, or keep to mailboxes: the mail store looks those up.",
    },
  )
}

function refuseSenderRoutes({ senderRoutes }: Topology): void {
  if (Object.keys(senderRoutes).length === 0) return
  throw new UnsupportedError(
    'sendmail chooses the next hop by the recipient: its configuration has none for a sender',
    {
      code: 'SENDMAIL_SENDER_ROUTES',
      remedy:
        'Leave sendmail out of the matrix for this topology; rulesets of your own can do it (native.sendmail.cf).',
    },
  )
}

function refuseOwnSenders({ submission }: Topology): void {
  if (submission.senders === 'any') return
  throw new UnsupportedError('sendmail has no setting for in whose name a user may send', {
    code: 'TARGET_CANNOT',
    remedy: 'Leave sendmail out of the matrix for this topology; a ruleset of your own can do it (native.sendmail.cf).',
  })
}

function refuseMessageRate({ limits }: Topology): void {
  if (limits.messageRate === undefined) return
  throw new UnsupportedError('sendmail counts the connections of a client (ratecontrol), not its messages', {
    code: 'TARGET_CANNOT',
    remedy: 'Leave sendmail out of the matrix for this topology.',
  })
}

function refuseHeloChecks({ heloChecks }: Topology): void {
  if (heloChecks.length === 0) return
  throw new UnsupportedError('sendmail holds clients that it relays for to its checks of HELO, too (block_bad_helo)', {
    code: 'TARGET_CANNOT',
    remedy:
      "Leave sendmail out of the matrix for this topology; native.sendmail.mc takes FEATURE(`block_bad_helo')dnl.",
  })
}

function refuseStandIns({ proxyProtocol, xclient }: Topology): void {
  if (xclient.length > 0) {
    throw new UnsupportedError('sendmail has no XCLIENT', {
      code: 'XCLIENT_MISSING',
      remedy: 'Leave sendmail out of the matrix for this topology.',
    })
  }
  if (proxyProtocol) {
    throw new UnsupportedError('sendmail does not know the PROXY protocol', {
      code: 'SENDMAIL_PROXY_PROTOCOL',
      remedy: 'Leave sendmail out of the matrix for this topology.',
    })
  }
}

function lines(items: readonly string[]): string {
  return items.map((item) => `${item}\n`).join('')
}

/** sendmail tries again and again to bind an address. A port that is in use may be free soon. */
const REFUSES = /\bopendaemonsocket: .*: cannot bind: (?!Address already in use)/
