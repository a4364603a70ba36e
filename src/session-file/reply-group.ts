import type { Place } from '../yaml/place.ts'
import type { Cursor } from './cursor.ts'
import type { Head } from './head.ts'
import { Misread } from './misread.ts'
import type { Pattern } from './pattern.ts'
import { type ReadLine, readExpectation } from './read-expectation.ts'
import type { Dialect, Expectation, ExpectedLine, ExpectedStatus } from './statement.ts'

type ReplyLine = Extract<ReadLine, { line: ExpectedLine }>

/** The `S:` lines of one expected reply, as they are read. */
export class ReplyGroup {
  readonly #head: Head
  readonly #dialect: Dialect
  readonly #greeting: boolean
  readonly #lines: ExpectedLine[] = []
  #status: ExpectedStatus | undefined
  #state: ReplyLine['state'] | 'new' = 'new'
  #special: Expectation | undefined

  constructor(head: Head, dialect: Dialect, greeting: boolean) {
    this.#head = head
    this.#dialect = dialect
    this.#greeting = greeting
  }

  /** No other line can belong to it. */
  get complete(): boolean {
    return this.#special !== undefined || this.#state === 'done'
  }

  get patterns(): Pattern[] {
    return this.#lines.flatMap(({ patterns }) => patterns)
  }

  /** Does the line with this head go on with the reply? */
  accepts(head: Head, cursor: Cursor): boolean {
    const { verb, connection, servers, mark } = this.#head
    if (this.complete || head.verb !== verb || head.connection !== connection || head.mark !== mark) return false
    if (head.servers.join() !== servers.join()) return false
    // A POP3 listing has no end that could be seen: what begins with a status is the next reply.
    const next = cursor.rest.trim()
    return this.#state === 'open' || !/^(?:\+OK|-ERR|\?$|closed$|reset$|silence\s+\d)/.test(next)
  }

  read(cursor: Cursor): void {
    const place = cursor.place
    const inside = this.#lines.length > 0
    const read = readExpectation(cursor, { dialect: this.#dialect, inside, greeting: this.#greeting })
    if ('expectation' in read) {
      if (inside) throw Misread.found(place, read.expectation.kind, 'the last line of the reply')
      this.#special = read.expectation
      return
    }
    this.#join(read, place)
  }

  /** The expectation, when all its lines are there. @param found what stands at `place` instead of another line */
  finish(place: Place, found: string): Expectation {
    if (this.#special) return this.#special
    if (this.#state === 'open') throw Misread.found(place, found, this.#missing())
    return {
      kind: 'reply',
      place: this.#head.place,
      status: this.#status ?? { codes: ['*'] },
      lines: this.#lines,
      every: this.#head.mark === '*',
    }
  }

  #join({ status, line, state }: ReplyLine, place: Place): void {
    if (this.#status && status && this.#dialect === 'smtp') {
      const [before, now] = [this.#status.codes.join('|'), status.codes.join('|')]
      if (before !== now) throw Misread.found(place, now, `${before}, the code of the lines before`)
    }
    this.#status ??= status
    this.#lines.push(line)
    this.#state = state
  }

  #missing(): string {
    if (this.#dialect === 'managesieve') return 'the last line of the reply: OK, NO or BYE'
    const code = this.#status?.codes.join('|') ?? ''
    return `the last line of the reply: S: ${code} and a space, not a hyphen`
  }
}
