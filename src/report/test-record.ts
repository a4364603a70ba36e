import { z } from 'zod'
import { dialogueLine, linesOfText } from './dialogue-line.ts'

/** One line of the sequence diagram. Times are milliseconds since the epoch. */
const journeyStep = z.object({
  at: z.number(),
  /** Who speaks, e.g. `client`, `postfix`, `dovecot`, the name of an upstream. */
  from: z.string(),
  /** Whom to; the speaker itself for what it does alone. */
  to: z.string(),
  label: z.string(),
  detail: z.string().optional(),
  /** The message went elsewhere than the test expected. */
  wrong: z.boolean().optional(),
})

const session = z.object({
  /** When it began. */
  at: z.number(),
  name: z.string(),
  lines: z.array(dialogueLine),
})

/** As records had it before they had the lines. */
const formattedSession = z
  .object({ at: z.number(), name: z.string(), transcript: z.string() })
  .transform(({ at, name, transcript }): z.infer<typeof session> => ({ at, name, lines: linesOfText(transcript) }))

const messageRecord = z.object({
  messageId: z.string().optional(),
  queueIds: z.array(z.string()),
  /** The envelope, as far as it is known. */
  from: z.string().optional(),
  to: z.array(z.string()).optional(),
  fates: z.array(
    z.object({
      recipient: z.string().optional(),
      /** `delivered`, `deferred`, `bounced` and so on: `Fate` of src/rig/fate.ts. */
      fate: z.string(),
      reason: z.string().optional(),
      /** Which addresses it was delivered to instead of the recipient, e.g. those of an alias. */
      as: z.array(z.string()).optional(),
    }),
  ),
})

const storedPlace = z.object({ user: z.string(), folder: z.string(), uid: z.number(), messageId: z.string() })

const queueEntry = z.object({
  queueId: z.string(),
  sender: z.string(),
  recipients: z.array(z.object({ address: z.string(), reason: z.string().optional() })),
  size: z.number().optional(),
  state: z.string(),
})

/** What one test left for the run report: everything known without a command in a container. Secrets are masked. */
export const testRecord = z.object({
  startedAt: z.number(),
  /** The rig it spoke to, by its key in the scenario's `rigs`. */
  rig: z.string(),
  /** What became of each message that the MTA took. */
  messages: z.array(messageRecord).optional(),
  /** The replies that refused something in a session. */
  refused: z.array(z.string()).optional(),
  /** What the test waited for in a mailbox and did not find there: a Message-ID, where it named one. */
  missed: z.array(z.object({ mailbox: z.string(), messageId: z.string().optional() })).optional(),
  /** Where the messages are in the mail store. Asked for only where the test failed; a string says why it is not known. */
  stored: z.union([z.array(storedPlace), z.string()]).optional(),
  sessions: z.array(z.union([session, formattedSession])),
  /** Every connection to an upstream. */
  upstreams: z.array(
    z.object({
      at: z.number(),
      name: z.string(),
      lines: z.array(dialogueLine),
      /** What it was handed, a line a message. */
      messages: z.array(z.string()),
    }),
  ),
  /** Every connection to a filter that mailrig plays: what it was asked and answered. Absent where there is none. */
  filters: z.array(z.object({ at: z.number(), name: z.string(), lines: z.array(dialogueLine) })).optional(),
  log: z.array(
    z.object({
      at: z.number(),
      server: z.string(),
      text: z.string(),
      /** What the line says, read: see `eventFields`. None where it was not understood. */
      event: z.string().optional(),
      /** It is about a message of this test. */
      own: z.boolean().optional(),
      /** The store has a message now: its Message-ID. */
      stored: z.string().optional(),
      /** For whom, as the store names the mailbox. */
      storedFor: z.string().optional(),
    }),
  ),
  /** Asked for only where the test failed: it costs a command. A string says why it is not known. */
  queue: z.union([z.array(queueEntry), z.string()]).optional(),
  /** What the MTA did with the messages, as its log tells: from itself to itself. */
  events: z.array(journeyStep).optional(),
  /** Server → version. Asked for only where the test failed, and not known where the server is gone. */
  versions: z.record(z.string(), z.string()).optional(),
  /** What was left out to keep the record small, in words. */
  leftOut: z.array(z.string()).optional(),
})

/** A rig, recorded with its first test. Secrets are masked, certificates left out. */
export const rigRecord = z.object({
  mta: z.string(),
  store: z.string().optional(),
  release: z.string(),
  upstreams: z.array(z.string()),
  /** As parsed: what the scenario left out is filled in. */
  topology: z.unknown(),
  files: z.array(z.object({ server: z.string(), path: z.string(), content: z.string() })),
})

export type MessageRecord = z.infer<typeof messageRecord>
export type JourneyStep = z.infer<typeof journeyStep>
export type TestRecord = z.infer<typeof testRecord>
export type RigRecord = z.infer<typeof rigRecord>
