import type { Side } from '../servers/addresses.ts'
import type { Service } from '../surroundings/service-ports.ts'

/** Where a message is looked for: in a mailbox of the store, or at an upstream. */
export interface LoadRecipient {
  address: string
  mailbox: boolean
}

/** A load as it will be run, everything decided: what can be handed to another thread. */
export interface LoadPlanData {
  /** Undefined: as many as the time allows. */
  messages: number | undefined
  seconds: number | undefined
  connections: number
  messagesPerConnection: number
  size: number | string
  /** Of each message. */
  recipients: number
  from: string
  tls: boolean
  auth: { user: string; password: string; address: string } | undefined
  pipelining: boolean | undefined
  bdat: boolean
  until: 'delivered' | 'accepted'
  waitMs: number | undefined
  side: Side
  service: Service
  endpoint: { host: string; port: number; localAddress?: string }
  /** What Message-IDs of this load begin with, and of no other. */
  run: string
  /** The recipients of the first message, of the second …; after the last, the first again. */
  turns: readonly (readonly LoadRecipient[])[]
}

/** The same, and what follows from it. */
export interface LoadPlan extends LoadPlanData {
  data: LoadPlanData
  recipientsOf(number: number): readonly LoadRecipient[]
  messageIdOf(number: number): string
  /** The number of the message with this Message-ID; undefined where it is none of this load. */
  numberOf(messageId: string): number | undefined
}

const END = '@load.client.example'

export function planOf(data: LoadPlanData): LoadPlan {
  const { run, turns } = data
  return {
    ...data,
    data,
    recipientsOf: (number) => turns[number % turns.length] ?? [],
    messageIdOf: (number) => `${run}${number}${END}`,
    numberOf: (messageId) => {
      if (!messageId.startsWith(run) || !messageId.endsWith(END)) return undefined
      const number = Number(messageId.slice(run.length, -END.length))
      return Number.isInteger(number) ? number : undefined
    },
  }
}
