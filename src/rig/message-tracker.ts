import { WaitError } from '../errors/mailrig-error.ts'
import type { LogFact } from '../servers/contract.ts'

/** One line of a server's log, with the time it was read here (ms since the epoch). */
export interface TrackedLine {
  at: number
  text: string
}

interface Tracked {
  messageId?: string
  removed: boolean
  deferred?: string
  children: Set<string>
  lines: TrackedLine[]
}

/**
 * Follows messages through an MTA's queue by its log alone, so that waiting costs no command in the container.
 *
 * A message is *settled* when the MTA holds neither it nor anything made because of it: a bounce, a forwarded copy.
 */
export class MessageTracker {
  readonly #readLog: (line: string) => LogFact | undefined
  readonly #messages = new Map<string, Tracked>()
  readonly #waiting = new Set<() => void>()
  #ended: string | undefined

  constructor(readLog: (line: string) => LogFact | undefined) {
    this.#readLog = readLog
  }

  /** Takes the next log line. */
  feed(line: TrackedLine): void {
    const fact = this.#readLog(line.text)
    if (!fact) return
    const message = this.#message(fact.queueId)
    message.lines.push(line)
    if (fact.messageId !== undefined) message.messageId = fact.messageId
    if (fact.child !== undefined && fact.child !== fact.queueId) {
      message.children.add(fact.child)
      this.#message(fact.child)
    }
    if (fact.deferred) message.deferred = line.text
    if (fact.removed) message.removed = true
    if (fact.removed || fact.deferred) for (const wake of [...this.#waiting]) wake()
  }

  /** The server is gone: every wait ends at once with this reason. */
  end(reason: string): void {
    this.#ended = reason
    for (const wake of [...this.#waiting]) wake()
  }

  /** Why there will be no more lines; undefined while the server runs. */
  get ended(): string | undefined {
    return this.#ended
  }

  /** Calls `listener` whenever a message is let go of or put off, and when the server is gone. The result ends that. */
  onRest(listener: () => void): () => void {
    this.#waiting.add(listener)
    return () => this.#waiting.delete(listener)
  }

  /** Has each of these, and all that came of them, been let go of or put off at least once: is no first try under way? */
  atRest(queueIds: Iterable<string>): boolean {
    return this.family(queueIds).every((queueId) => {
      const message = this.#messages.get(queueId)
      return message?.removed === true || message?.deferred !== undefined
    })
  }

  /** Queue ids under which this Message-ID (without angle brackets) has passed, oldest first. */
  queueIdsOf(messageId: string): string[] {
    return [...this.#messages].filter(([, message]) => message.messageId === messageId).map(([queueId]) => queueId)
  }

  /** These ids and all that came of them. */
  family(queueIds: Iterable<string>): string[] {
    const family = new Set<string>()
    const visit = (queueId: string) => {
      if (family.has(queueId)) return
      family.add(queueId)
      for (const child of this.#messages.get(queueId)?.children ?? []) visit(child)
    }
    for (const queueId of queueIds) visit(queueId)
    return [...family]
  }

  /** Log lines of these ids and all that came of them, in the order they were read. */
  linesOf(queueIds: Iterable<string>): TrackedLine[] {
    return this.family(queueIds)
      .flatMap((queueId) => this.#messages.get(queueId)?.lines ?? [])
      .sort((a, b) => a.at - b.at)
  }

  /**
   * Resolves when the MTA holds none of these messages any more.
   *
   * @throws {WaitError} after `timeoutMs`, naming what is still queued and the last reason it was deferred; at once
   * when the server is gone.
   */
  settled(queueIds: Iterable<string>, timeoutMs = 10_000): Promise<void> {
    const wanted = [...queueIds]
    const open = () => this.family(wanted).filter((queueId) => !this.#messages.get(queueId)?.removed)
    if (open().length === 0) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const finish = (error?: WaitError) => {
        clearTimeout(timer)
        this.#waiting.delete(check)
        if (error) reject(error)
        else resolve()
      }
      const check = () => {
        if (open().length === 0) finish()
        else if (this.#ended !== undefined) finish(this.#unsettled(open(), this.#ended))
      }
      const timer = setTimeout(() => finish(this.#unsettled(open(), `${timeoutMs} ms are over`)), timeoutMs)
      this.#waiting.add(check)
      check()
    })
  }

  #unsettled(queueIds: string[], why: string): WaitError {
    const lines = queueIds.map((queueId) => {
      const last = this.#messages.get(queueId)
      return `  ${queueId}: ${last?.deferred ?? last?.lines.at(-1)?.text ?? 'no log line yet'}`
    })
    return new WaitError(`waited for the queue to let go of ${queueIds.join(', ')}, but ${why}\n${lines.join('\n')}`, {
      remedy:
        'A deferred message stays queued until its next hop takes it; wait for the deferral, or mend the next hop.',
    })
  }

  #message(queueId: string): Tracked {
    let message = this.#messages.get(queueId)
    if (!message) {
      message = { removed: false, children: new Set(), lines: [] }
      this.#messages.set(queueId, message)
    }
    return message
  }
}
