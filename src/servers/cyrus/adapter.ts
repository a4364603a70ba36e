import { resolverEnvironment } from '../resolver-environment.ts'
import type { StoreAdapter } from '../store.ts'
import { STORE_PORTS } from '../store-ports.ts'
import { cyrusConf } from './cyrus-conf.ts'
import { imapdConf, insideConf } from './imapd-conf.ts'
import { lacks } from './lacks.ts'
import { mailboxesToMake } from './mailboxes.ts'
import { PATHS } from './paths.ts'
import { readLog } from './read-log.ts'
import { refuse } from './refuse.ts'
import * as tools from './tools.ts'

/** Cyrus IMAP: LMTP in, IMAP and POP3 out, ManageSieve. */
export const cyrus: StoreAdapter = {
  name: 'cyrus',
  title: 'Cyrus',
  lacks,
  render(context) {
    const { topology, tls } = context
    refuse(topology)
    return {
      files: [
        { path: PATHS.settings, content: imapdConf(context) },
        { path: PATHS.insideSettings, content: insideConf(context) },
        { path: PATHS.services, content: cyrusConf(undefined) },
        { path: PATHS.allServices, content: cyrusConf(topology.store) },
        { path: PATHS.mailboxes, content: JSON.stringify(mailboxesToMake(topology)), mode: 0o600 },
        { path: PATHS.certificate, content: tls.certificate },
        { path: PATHS.key, content: tls.key, mode: 0o600 },
      ],
      environment: resolverEnvironment(context),
      capabilities: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'KILL', 'NET_BIND_SERVICE', 'SETGID', 'SETUID'],
      greetings: { [STORE_PORTS.imap]: '* OK' },
      refuses: /cyrus\/master\[\d+\]: .*(?:unable to|exiting)|^mailrig: /,
    }
  },
  readLog,
  ...tools,
  // `Cyrus IMAP 3.10.2-Debian-3.10.2-1`: what stands before Debian's part.
  version: {
    command: ['/usr/lib/cyrus/bin/cyr_info', 'version'],
    parse: (stdout) => /(\d+(?:\.\d+)+)/.exec(stdout)?.[1] ?? '',
  },
}
