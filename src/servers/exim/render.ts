import { UnsupportedError } from '../../errors/mailrig-error.ts'
import { extraFiles } from '../files.ts'
import { procmailFiles } from '../procmailrc.ts'
import { refuseFilters } from '../refuse-filters.ts'
import type { RenderContext, Rendered, ServerFile } from '../rendering.ts'
import { resolverEnvironment } from '../resolver-environment.ts'
import { syslogFiles } from '../syslog.ts'
import { forwardFiles, unixAccounts } from '../unix-accounts.ts'
import { aclSection } from './acl-section.ts'
import { authenticatorSection } from './authenticator-section.ts'
import { supports } from './features.ts'
import { mainSection } from './main-section.ts'
import { PATHS } from './paths.ts'
import { retrySection } from './retry-section.ts'
import { rewriteSection } from './rewrite-section.ts'
import { routerSection } from './router-section.ts'
import {
  catchAllTable,
  genericTable,
  mailboxTable,
  ownSendersTable,
  passwordTable,
  systemAliasFile,
  virtualAliasTable,
} from './tables.ts'
import { transportSection } from './transport-section.ts'

/** exim4.conf, for Exim 4.96 and 4.98 alike. */
export function configuration(context: RenderContext): string {
  const sections = [
    mainSection(context),
    aclSection(context),
    routerSection(context),
    transportSection(context),
    retrySection(context.topology),
    rewriteSection(context.topology),
    authenticatorSection(context),
  ]
  return `${sections.join('\n\n')}\n`
}

export function render(context: RenderContext): Rendered {
  const { topology, addresses, tls } = context
  if (topology.xclient.length > 0) {
    throw new UnsupportedError('Debian builds Exim without XCLIENT', {
      code: 'XCLIENT_MISSING',
      remedy: 'Leave Exim out of the matrix for this topology; `proxyProtocol` does the same there.',
    })
  }
  refuseFilters(topology, { title: 'Exim', supports: (feature) => supports(feature, context.release) })
  const certificates: ServerFile[] = [
    { path: PATHS.certificate, content: tls.certificate },
    { path: PATHS.key, content: tls.key, mode: 0o640 },
    { path: PATHS.authority, content: tls.authority },
  ]
  return {
    files: [
      { path: PATHS.config, content: configuration(context) },
      { path: PATHS.systemAliases, content: systemAliasFile(topology) },
      ...(addresses.database === undefined
        ? [
            { path: PATHS.mailboxes, content: mailboxTable(topology) },
            { path: PATHS.virtualAliases, content: virtualAliasTable(topology) },
            { path: PATHS.catchAll, content: catchAllTable(topology) },
          ]
        : []),
      { path: PATHS.genericAddresses, content: genericTable(topology) },
      ...(topology.submission.senders === 'own'
        ? [{ path: PATHS.ownSenders, content: ownSendersTable(topology) }]
        : []),
      { path: PATHS.passwords, content: passwordTable(topology), mode: 0o640 },
      ...certificates,
      ...unixAccounts(topology.local),
      ...forwardFiles(topology.local),
      ...procmailFiles(topology.local),
      ...syslogFiles(topology),
      ...extraFiles(topology.local),
    ],
    environment: resolverEnvironment({ topology, addresses }),
    capabilities: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'NET_BIND_SERVICE', 'SETGID', 'SETUID'],
    // The daemon has both its ports before it greets on one.
    greetings: { 25: '220' },
    refuses: REFUSES,
  }
}

/**
 * Exim waits 30 s and tries again where it cannot bind an address, and answers each client with an error where it cannot
 * read what the greeting is made of. A port that is in use may be free soon.
 */
const REFUSES =
  /\bsocket bind\(\) to port \d+ .*failed: (?!Address already in use)|\bExpansion of ".*" \(smtp_banner\) failed|in "connect" ACL: /
