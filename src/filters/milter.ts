import type { Socket } from 'node:net'
import { InputError } from '../errors/mailrig-error.ts'
import { type RuleOptions, Rules } from '../upstream/rules.ts'
import { FilterSession } from './filter-session.ts'
import type { FilteredMessage } from './filtered-message.ts'
import { type CheckedMilterAction, checkMilterAction, type MilterAction, type MilterStage } from './milter-action.ts'
import { MilterConnection } from './milter-connection.ts'
import type { MilterContext } from './milter-told.ts'

/**
 * A milter that mailrig plays itself. The server under test tells it of each client and each message; it lets all of them
 * through, and answers as it was told where it was told something.
 *
 * Rules may change at any time and hold from the next question on, also in sessions that have begun.
 *
 * @see https://www.postfix.org/MILTER_README.html; libmilter (mfapi.h, mfdef.h) for the protocol, version 6
 */
export class Milter {
  readonly kind = 'milter'
  /** As the topology calls it. */
  readonly name: string
  readonly #rules = new Rules<MilterStage, CheckedMilterAction, MilterContext>()
  readonly #connections = new Set<MilterConnection>()
  #messages: FilteredMessage[] = []
  #sessions: FilterSession[] = []
  #down = false

  constructor(name: string) {
    this.name = name
  }

  /**
   * Tells what to do at a stage. Of several rules the first given that still serves and whose `when` holds is the one. The
   * function returned takes the rule away.
   *
   * @throws {InputError} ACTION_INVALID when the action makes no sense there.
   * @example milter.on('rcpt', { reply: '550 5.7.1 not here' }, { when: ({ recipient }) => recipient === 'jim@example.com' })
   */
  on(stage: MilterStage, action: MilterAction, options: RuleOptions<MilterContext> = {}): () => void {
    return this.#rules.put(stage, checkMilterAction(stage, action), options)
  }

  /** Every message whose end the milter was told of since the start or `reset`, oldest first. */
  get messages(): readonly FilteredMessage[] {
    return this.#messages.filter(({ complete }) => complete)
  }

  /** Those that it was told of in part: refused by somebody before their end, or given up. */
  get incomplete(): readonly FilteredMessage[] {
    return this.#messages.filter(({ complete }) => !complete)
  }

  /** Every connection of the server since the start or `reset`, oldest first. */
  get sessions(): readonly FilterSession[] {
    return this.#sessions
  }

  /**
   * What it was told of a message, which is known before the server answers the message's end.
   *
   * @throws {InputError} MILTER_NOT_TOLD with what it was told of, where that message is none of it
   */
  message({ messageId }: { messageId: string }): FilteredMessage {
    const wanted = messageId.replace(/^<(.*)>$/, '$1')
    const found = this.#messages.findLast((message) => message.messageId === wanted)
    if (found) return found
    const told = this.#messages.map((message) => `  ${message.describe()}`)
    throw new InputError(
      [
        `the milter "${this.name}" was not told of the message <${wanted}>; it was told of:`,
        ...told,
        ...(told.length > 0 ? [] : ['  nothing']),
      ].join('\n'),
      {
        code: 'MILTER_NOT_TOLD',
        remedy: 'See whether the server took the message by SMTP, and whether something refused it before its header.',
      },
    )
  }

  /**
   * From here on nobody gets in, and open sessions break. Not a refused connection: the listening socket is shared, so the
   * server is accepted and reset (RST) at once.
   */
  down(): void {
    this.#down = true
    for (const connection of this.#connections) connection.reset('reset, for the milter went down')
  }

  /** Ends `down`. */
  up(): void {
    this.#down = false
  }

  /** Back to the beginning: no rules, up, nothing known. Sessions that are open go on. */
  reset(): void {
    this.#rules.clear()
    this.#down = false
    this.#messages = []
    this.#sessions = []
  }

  /** Ends all sessions. */
  close(): void {
    for (const connection of this.#connections) connection.reset('reset, for the rig came to its end')
  }

  /** Serves an accepted socket, and says when that is over. For the listener. */
  serve(socket: Socket, over: () => void): void {
    if (this.#down) {
      const session = new FilterSession()
      session.finish('reset at once, for the milter is down')
      this.#sessions.push(session)
      socket.on('error', () => undefined)
      socket.once('close', over)
      socket.resetAndDestroy()
      return
    }
    const connection = new MilterConnection(socket, {
      rules: this.#rules,
      began: (message) => this.#messages.push(message),
      left: (one) => {
        this.#connections.delete(one)
        over()
      },
    })
    this.#connections.add(connection)
    this.#sessions.push(connection.session)
  }
}
