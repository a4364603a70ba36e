import type { Topology } from '../../topology/topology.ts'
import { aliasedFiles, extraFiles } from '../files.ts'
import { procmailFiles } from '../procmailrc.ts'
import type { RenderContext, Rendered, ServerFile } from '../rendering.ts'
import { resolverEnvironment } from '../resolver-environment.ts'
import { syslogFiles } from '../syslog.ts'
import { forwardFiles, unixAccounts } from '../unix-accounts.ts'
import { PATHS } from './paths.ts'
import { refuseUnsupported } from './refuse.ts'
import { configuration } from './smtpd-conf.ts'
import { aliasFile, logins, ownSendersTable, passwords, virtualAliases } from './tables.ts'

/** smtpd's processes each say that they die of a configuration; the first of them says why. */
const REFUSES = /\bfatal: /

/**
 * Topology → smtpd.conf(5) and its tables.
 *
 * @throws {UnsupportedError} where the topology asks for what OpenSMTPD cannot do.
 */
export function render(context: RenderContext): Rendered {
  const { topology, tls, addresses } = context
  refuseUnsupported(context)
  return {
    files: [
      { path: PATHS.config, content: configuration(context) },
      { path: PATHS.mailname, content: `${topology.origin}\n` },
      { path: PATHS.aliases, content: aliasFile(topology) },
      { path: PATHS.virtualAliases, content: virtualAliases(topology) },
      { path: PATHS.passwords, content: passwords(topology), mode: 0o600 },
      ...loginFile(topology),
      ...ownSenderFile(topology),
      { path: PATHS.certificate, content: tls.certificate },
      { path: PATHS.key, content: tls.key, mode: 0o600 },
      { path: PATHS.authorities, content: tls.authority },
      ...unixAccounts(topology.local),
      ...forwardFiles(topology.local),
      ...procmailFiles(topology.local),
      ...syslogFiles(topology),
      // mail.mboxfile(8) appends to them as the user opensmtpd with no further group.
      ...aliasedFiles(topology.local),
      ...extraFiles(topology.local),
    ],
    environment: {
      ...resolverEnvironment({ topology, addresses }),
      ...(topology.queue.retryAfter === undefined ? {} : { MAILRIG_RETRY: String(topology.queue.retryAfter) }),
    },
    capabilities: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'KILL', 'NET_BIND_SERVICE', 'SETGID', 'SETUID', 'SYS_CHROOT'],
    greetings: { 25: '220' },
    refuses: REFUSES,
  }
}

function ownSenderFile(topology: Topology): ServerFile[] {
  return topology.submission.senders === 'own' ? [{ path: PATHS.ownSenders, content: ownSendersTable(topology) }] : []
}

function loginFile(topology: Topology): ServerFile[] {
  const content = logins(topology)
  return content === '' ? [] : [{ path: PATHS.logins, content, mode: 0o600 }]
}
