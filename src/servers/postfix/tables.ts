import type { Topology } from '../../topology/topology.ts'
import { ownersOfSenders } from '../own-senders.ts'
import type { RenderContext, ServerFile } from '../rendering.ts'
import { type AccessTables, SUBJECTS } from './access-tables.ts'
import { heloTable } from './helo.ts'
import { PATHS } from './paths.ts'
import { quotaRecipients } from './quota-recipients.ts'
import { canonicalRecipients, genericAddresses } from './rewriting-tables.ts'
import { relayPasswords } from './sasl-client.ts'
import { type Table, tableFile } from './table.ts'
import { tlsPolicies } from './tls.ts'
import { senderTransports, transports } from './transport-table.ts'
import { virtualAliases } from './virtual-tables.ts'

/** Tables that postmap(1) compiles, as on any Debian server; those without an entry are left out. */
export function indexedTables(context: RenderContext, access: AccessTables): ServerFile[] {
  const { topology } = context
  return [
    ...(context.addresses.database === undefined ? tableFile(PATHS.virtual, virtualAliases(topology)) : []),
    ...tableFile(PATHS.transport, transports(context)),
    ...tableFile(PATHS.senderTransport, senderTransports(context)),
    ...tableFile(PATHS.relayPasswords, relayPasswords(context)).map((file) => ({ ...file, mode: 0o600 })),
    ...tableFile(PATHS.heloAccess, heloTable(topology)),
    ...tableFile(PATHS.senderLogins, senderLogins(topology)),
    ...tableFile(PATHS.tlsPolicy, tlsPolicies(context)),
    ...tableFile(PATHS.generic, genericAddresses(topology)),
    ...(context.storeLacks?.['quota-service'] === undefined
      ? tableFile(PATHS.quotaRecipients, quotaRecipients(topology))
      : []),
    ...tableFile(PATHS.canonical, canonicalRecipients(topology)),
    ...SUBJECTS.flatMap((subject) => [
      ...tableFile(PATHS.access[subject], access.access[subject]),
      ...tableFile(PATHS.relay[subject], access.relay[subject]),
    ]),
  ]
}

/** `type:path` of every indexed table that the configuration names and that is among `files`, native ones included. */
export function compiledTables(configuration: string, files: ServerFile[]): string[] {
  const paths = new Set(files.map((file) => file.path))
  const named = configuration.matchAll(/\b(?:hash|btree|lmdb|dbm|cdb):\/[^\s,;{}]+/g)
  return [...new Set([...named].map(([table]) => table))].filter((table) => {
    const path = table.slice(table.indexOf(':') + 1)
    return paths.has(path) && path !== PATHS.aliases
  })
}

function senderLogins(topology: Topology): Table {
  if (topology.submission.senders === 'any') return {}
  return Object.fromEntries(
    Object.entries(ownersOfSenders(topology)).map(([address, users]) => [address, users.join(', ')]),
  )
}
