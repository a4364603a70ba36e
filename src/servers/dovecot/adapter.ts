import type { RenderContext, Rendered, ServerFile } from '../rendering.ts'
import { resolverEnvironment } from '../resolver-environment.ts'
import type { StoreAdapter } from '../store.ts'
import { STORE_PORTS } from '../store-ports.ts'
import { accountFile23 } from './accounts-2.3.ts'
import { conf23 } from './conf-2.3.ts'
import { conf24 } from './conf-2.4.ts'
import { durability } from './durability.ts'
import { localAccountFiles } from './local-accounts.ts'
import { mutation } from './mutation.ts'
import { native } from './native.ts'
import { PATHS } from './paths.ts'
import { readLog } from './read-log.ts'
import { refuse } from './refuse.ts'
import { type Language, languageOf } from './releases.ts'
import { sieveFiles } from './sieve-files.ts'
import * as tools from './tools.ts'
import { MAIL_ROOT, userFile } from './users.ts'

const CONFIGURATION: Record<Language, (context: RenderContext) => string> = { '2.3': conf23, '2.4': conf24 }

/** Dovecot: LMTP in, IMAP and POP3 out, SASL for the MTA. */
export const dovecot: StoreAdapter = {
  name: 'dovecot',
  title: 'Dovecot',
  native,
  durability,
  render: (context) => {
    refuse(context)
    return {
      files: [
        { path: PATHS.configuration, content: configuration(context) },
        ...accountFiles(context),
        ...sieveFiles(context.topology),
        { path: PATHS.certificate, content: context.tls.certificate },
        { path: PATHS.key, content: context.tls.key, mode: 0o600 },
        ...localAccountFiles(context.topology),
      ],
      environment: resolverEnvironment(context),
      // DAC_OVERRIDE: LMTP asks access(2) whether it may write an mbox, which answers for the real user, and that is root.
      capabilities: ['CHOWN', 'DAC_OVERRIDE', 'KILL', 'NET_BIND_SERVICE', 'SETGID', 'SETUID', 'SYS_CHROOT'],
      // One port is enough: the master opens all of them before its first child, and this greeting needs auth and TLS.
      greetings: { [STORE_PORTS.imap]: '* OK' },
      refuses: /: (?:Fatal|Panic): /,
      ...renewal(context),
    }
  },
  mutation,
  readLog,
  ...tools,
  version: { command: ['dovecot', '--version'], parse: (stdout) => stdout.trim().split(/\s/, 1).join('') },
}

/**
 * Users, mail and scripts are looked up as they are needed; all else that Dovecot knows is in its configuration. Not so
 * where it knows its users by a database, or by PAM, or where an author may have told it to remember.
 */
function renewal({ topology, addresses }: RenderContext): Pick<Rendered, 'renewal'> {
  if (addresses.database !== undefined || topology.store.localAccounts || topology.native.dovecot) return {}
  return {
    renewal: {
      data: [PATHS.users, PATHS.input, MAIL_ROOT],
      own: ['/run/dovecot'],
      rest: ['mailrig-at-rest'],
      ...(sieveFiles(topology).length > 0 ? { prepare: ['mailrig-compile-sieve'] } : {}),
    },
  }
}

/** Where the accounts are in tables, 2.4 asks for them in its configuration. */
function accountFiles(context: RenderContext): ServerFile[] {
  if (context.addresses.database === undefined) {
    return [{ path: PATHS.users, content: userFile(context.topology.domains, languageOf(context.release)) }]
  }
  return languageOf(context.release) === '2.3' ? accountFile23(context) : []
}

/** Every process would tell what it does to one more, which counts what a `metric` asks for: none, unless an author does. */
const NO_STATISTICS = 'stats_writer_socket_path ='

/** What the author says in Dovecot's own words stands last: there, a later setting wins. */
function configuration(context: RenderContext): string {
  const native = context.topology.native.dovecot?.conf ?? [NO_STATISTICS]
  return CONFIGURATION[languageOf(context.release)](context) + native.map((line) => `${line}\n`).join('')
}
