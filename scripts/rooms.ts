// The rooms of src/ and who may know whom: the one table. `npm run check` holds the imports against it, and
// docs/architecture.md shows it (`npm run docs`).

import { MTA_NAMES, mtaNamed, STORE_NAMES, storeNamed, TRIAL_NAMES } from '../src/servers/registry.ts'

export interface Room {
  /** Below src/; a room inside another is a room of its own. */
  name: string
  holds: string
  /** Rooms whose files it may import, for types alone too. */
  knows: readonly string[]
}

/** The folder of each MTA. The registry names them, and nothing else does. */
const NAMES = [...MTA_NAMES, ...TRIAL_NAMES].toSorted()
const STORES = STORE_NAMES.toSorted()
const FOLDERS = [...STORES, ...NAMES].map((name) => `servers/${name}`)

/** Each room knows only rooms above it. */
export const ROOMS: readonly Room[] = [
  { name: 'errors', holds: 'errors with a code and a remedy, and how they are printed', knows: [] },
  { name: 'metrics', holds: 'clocks, waits, how slow the machine is, and bounds that follow it', knows: [] },
  { name: 'message', holds: 'header fields of a message (RFC 5322)', knows: [] },
  { name: 'forwarding', holds: 'the header in front of what a forwarder carries on', knows: [] },
  { name: 'tls', holds: 'the certificate authority of a rig', knows: [] },
  {
    name: 'yaml',
    holds: 'YAML with the place of each part of it, and wrong places of a text as people read them',
    knows: [],
  },
  {
    name: 'shards',
    holds: 'a run in parts: which part this is, and what falls to it by what it took before',
    knows: ['errors'],
  },
  { name: 'topology', holds: 'the neutral model, its schema and its errors; no server', knows: ['errors', 'yaml'] },
  {
    name: 'engine',
    holds: 'finding or provisioning the container engine; images, networks, containers, sweeping; nothing of mail',
    knows: ['errors', 'forwarding', 'metrics'],
  },
  {
    name: 'surroundings',
    holds: 'what stands around the hosts of a rig: networks, addresses, places, certificates; no server',
    knows: ['engine', 'tls'],
  },
  { name: 'dns', holds: 'the resolver of a rig', knows: ['errors', 'forwarding', 'surroundings', 'topology'] },
  {
    name: 'session',
    holds: 'the SMTP and LMTP line client, lines of other protocols, replies, transcripts, composing messages',
    knows: ['errors', 'message', 'metrics', 'topology'],
  },
  {
    name: 'mailbox',
    holds: 'IMAP, POP3 and spool retrieval, waiting for delivery; no MTA',
    knows: ['errors', 'message', 'metrics', 'session'],
  },
  {
    name: 'upstream',
    holds: 'the fake relay: what it answers, what it was handed',
    knows: ['dns', 'errors', 'forwarding', 'mailbox', 'metrics', 'session', 'tls', 'topology'],
  },
  {
    name: 'servers',
    holds: 'what every server adapter has to say: rendering, features, queue, operation, store, the events of a log',
    knows: ['engine', 'errors', 'surroundings', 'tls', 'topology'],
  },
  { name: 'servers/postgres', holds: 'the tables and rows of accounts', knows: ['topology'] },
  ...STORES.map((name) => ({
    name: `servers/${name}`,
    holds: `everything about ${storeNamed(name).title}`,
    knows: ['errors', 'servers', 'topology'],
  })),
  ...NAMES.map((name) => ({
    name: `servers/${name}`,
    holds: `everything about ${mtaNamed(name).title}`,
    knows: ['errors', 'servers', 'topology'],
  })),
  {
    name: 'servers/registry.ts',
    holds: 'the list of servers',
    knows: ['engine', 'errors', 'servers', ...FOLDERS, 'topology'],
  },
  {
    name: 'targets',
    holds: 'sources, which make the plans of hosts; the source that renders a topology; facts',
    knows: ['dns', 'engine', 'errors', 'servers', 'servers/registry.ts', 'surroundings', 'topology'],
  },
  {
    name: 'session-file',
    holds:
      'the language of `.smtp` files: reading, checking, printing, holding a reply against what was expected; no socket',
    knows: ['errors', 'servers', 'servers/registry.ts', 'session', 'targets', 'topology', 'upstream', 'yaml'],
  },
  {
    name: 'record',
    holds: 'a dialogue between a client and a server, as a session file',
    knows: ['errors', 'session', 'session-file', 'yaml'],
  },
  {
    name: 'rig',
    holds: 'puts the parts together, starts them side by side, follows messages, collects evidence',
    knows: [
      'dns',
      'engine',
      'errors',
      'mailbox',
      'metrics',
      'servers',
      'servers/postgres',
      'servers/registry.ts',
      'session',
      'surroundings',
      'targets',
      'tls',
      'topology',
      'upstream',
    ],
  },
  {
    name: 'targets/adopted',
    holds: "a user's own configuration: what it says of itself, what is laid over it, and its host in a rig",
    knows: [
      'dns',
      'engine',
      'errors',
      'metrics',
      'rig',
      'servers',
      'servers/registry.ts',
      'session',
      'targets',
      'topology',
      'upstream',
      'yaml',
    ],
  },
  {
    name: 'load',
    holds: 'many messages for a server: sending them, following each to its place, the account of them',
    knows: ['errors', 'mailbox', 'message', 'metrics', 'rig', 'servers', 'surroundings', 'targets', 'topology'],
  },
  {
    name: 'faults',
    holds:
      'what is done to servers: cutting their power, killing them, filling their disks, pulling cables, passing time',
    knows: ['errors', 'rig', 'session', 'surroundings'],
  },
  {
    name: 'play',
    holds: 'plays a session file to a rig or to a host, step by step; the table',
    knows: [
      'dns',
      'errors',
      'faults',
      'mailbox',
      'message',
      'metrics',
      'rig',
      'session',
      'session-file',
      'upstream',
      'yaml',
    ],
  },
  {
    name: 'report',
    holds: 'what a run leaves: the record of each test, the tables, the report as a page, JUnit XML, a step summary',
    knows: ['engine', 'errors', 'metrics', 'rig', 'servers', 'servers/registry.ts', 'session', 'shards', 'targets'],
  },
  {
    name: 'check',
    holds: 'the checklist: what a check is, what it is given, running checks, and what is told of them',
    knows: [
      'dns',
      'engine',
      'errors',
      'mailbox',
      'message',
      'metrics',
      'report',
      'rig',
      'servers',
      'session',
      'targets',
      'tls',
      'upstream',
    ],
  },
  {
    name: 'mutate',
    holds: 'changes of a configuration, line by line; which of them a test noticed, and what is told of it',
    knows: ['engine', 'errors', 'report', 'servers', 'shards', 'targets'],
  },
  {
    name: 'vitest',
    holds: 'fixtures, matchers, the project matrix, global set-up',
    knows: [
      '.',
      'engine',
      'errors',
      'faults',
      'load',
      'mailbox',
      'message',
      'metrics',
      'mutate',
      'play',
      'report',
      'rig',
      'servers',
      'servers/registry.ts',
      'session',
      'session-file',
      'shards',
      'surroundings',
      'targets',
      'targets/adopted',
      'topology',
      'upstream',
    ],
  },
  {
    name: 'cli',
    holds: 'thin commands over the same API',
    knows: [
      'check',
      'dns',
      'engine',
      'errors',
      'faults',
      'load',
      'metrics',
      'mutate',
      'play',
      'record',
      'report',
      'rig',
      'servers',
      'servers/registry.ts',
      'session-file',
      'shards',
      'targets',
      'targets/adopted',
      'tls',
      'topology',
      'vitest',
      'yaml',
    ],
  },
  {
    name: '.',
    holds: 'what the package exports',
    knows: [
      'dns',
      'engine',
      'errors',
      'faults',
      'load',
      'mailbox',
      'play',
      'rig',
      'servers',
      'servers/registry.ts',
      'session',
      'session-file',
      'surroundings',
      'targets',
      'tls',
      'topology',
      'upstream',
      'yaml',
    ],
  },
]
