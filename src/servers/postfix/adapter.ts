import { aliasedFiles, extraFiles } from '../files.ts'
import type { MtaAdapter } from '../mta-adapter.ts'
import { procmailFiles } from '../procmailrc.ts'
import type { RenderContext, ServerFile } from '../rendering.ts'
import { resolverEnvironment } from '../resolver-environment.ts'
import { syslogFiles } from '../syslog.ts'
import { forwardFiles, unixAccounts } from '../unix-accounts.ts'
import { accessTables } from './access-tables.ts'
import { accountMapFiles } from './account-maps.ts'
import { adoption } from './adoption.ts'
import { aliasFile } from './alias-file.ts'
import { durability } from './durability.ts'
import { supports } from './features.ts'
import { mainCf } from './main-cf.ts'
import { masterCf } from './master-cf.ts'
import { memory } from './memory.ts'
import { mutation } from './mutation.ts'
import { native } from './native.ts'
import { PATHS } from './paths.ts'
import { FLUSH, parseQueue, queueCommands } from './queue.ts'
import { readLog } from './read-log.ts'
import { MAKE_OLD, reload } from './reload.ts'
import { formatTable, tableFile } from './table.ts'
import { compiledTables, indexedTables } from './tables.ts'
import { unlogged } from './unlogged.ts'
import { virtualMailboxes } from './virtual-tables.ts'

/** A daemon that a client needs dies of the configuration; master(8) starts it anew, with the next client. */
const REFUSES =
  /\bpostfix\/(?:\w+\/)?(?:master|smtpd|cleanup|qmgr|pickup|trivial-rewrite|tlsmgr|postlogd)\[\d+\]: (?:fatal|panic): /

/** Postfix, in Debian's character. */
export const postfix: MtaAdapter = {
  name: 'postfix',
  title: 'Postfix',
  native,
  adoption,
  supports,
  asksFilters: ['milter', 'policy', 'table'],
  render: (context) => ({
    files: renderFiles(context),
    environment: {
      ...resolverEnvironment(context),
      // Only what somebody else wrote, in master.cf or main.cf, is looked through before the start.
      ...(context.topology.native.postfix?.['master.cf']?.length ? { MAILRIG_NATIVE_SERVICES: '1' } : {}),
      ...(Object.keys(context.topology.native.postfix?.['main.cf'] ?? {}).length > 0
        ? { MAILRIG_NATIVE_PARAMETERS: '1' }
        : {}),
    },
    capabilities: ['CHOWN', 'DAC_OVERRIDE', 'KILL', 'NET_BIND_SERVICE', 'SETGID', 'SETUID'],
    greetings: { 25: '220' },
    refuses: REFUSES,
  }),
  // Its smtpd(8) asks Dovecot for the password of whoever logs in, and whether a mailbox is full.
  fromStore: { 'submission-auth': 'sasl-service', 'quota-at-rcpt': 'quota-service' },
  queueIdOf: ({ code, text }) => (code === 250 ? /\bqueued as (\w+)/.exec(text)?.[1] : undefined),
  readLog,
  unlogged,
  queue: { command: ['postqueue', '-j'], parse: parseQueue, ...queueCommands },
  flush: FLUSH,
  compileTables: ['sh', '-c', `${MAKE_OLD} && mailrig-compile-tables`],
  durability,
  memory,
  mutation,
  reload,
  version: { command: ['postconf', '-d', '-h', 'mail_version'], parse: (stdout) => stdout.trim() },
}

function renderFiles(context: RenderContext): ServerFile[] {
  const { topology, tls, addresses } = context
  const access = accessTables(topology, addresses)
  const indexed = indexedTables(context, access)
  const main = mainCf(context, new Set(indexed.map((file) => file.path)), access)
  const master = masterCf(context)
  const extra = extraFiles(topology.local)
  const compiled = compiledTables(main + master, [...indexed, ...extra])
  return [
    { path: PATHS.mainCf, content: main },
    { path: PATHS.masterCf, content: master },
    { path: PATHS.aliases, content: aliasFile(topology.local) },
    ...(addresses.database === undefined
      ? [{ path: PATHS.virtualMailboxes, content: formatTable(virtualMailboxes(topology)) }]
      : accountMapFiles(context)),
    { path: PATHS.tlsChain, content: tls.key + tls.certificate, mode: 0o600 },
    { path: PATHS.tlsAuthority, content: tls.authority },
    ...indexed,
    ...tableFile(PATHS.accessNetworks, access.networks.access),
    ...tableFile(PATHS.relayNetworks, access.networks.relay),
    { path: PATHS.compiled, content: compiled.map((table) => `${table}\n`).join('') },
    ...unixAccounts(topology.local),
    ...forwardFiles(topology.local),
    ...procmailFiles(topology.local),
    ...syslogFiles(topology),
    // local(8) appends to them as nobody.
    ...aliasedFiles(topology.local),
    ...extra,
  ]
}
