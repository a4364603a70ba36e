import type { Socket } from 'node:net'
import { type RuleOptions, Rules } from '../upstream/rules.ts'
import { FilterSession } from './filter-session.ts'
import { checkPolicyAction, type PolicyAction } from './policy-action.ts'

/** What Postfix asked: attribute → value, e.g. `recipient`, `client_address`, `sasl_username`, `protocol_state`. */
export type PolicyRequest = Readonly<Record<string, string>>

/** What is known when a rule is asked. */
export interface PolicyContext {
  stage: 'request'
  request: PolicyRequest
}

/** Longer requests no server sends: each attribute is bounded. */
const LONGEST = 1024 * 1024

/**
 * A policy service that mailrig plays itself: Postfix asks it about clients, senders and recipients, and does what it says.
 * It says DUNNO where it was told nothing else.
 *
 * @see https://www.postfix.org/SMTPD_POLICY_README.html
 */
export class Policy {
  readonly kind = 'policy'
  /** As the topology calls it. */
  readonly name: string
  readonly #rules = new Rules<'request', PolicyAction, PolicyContext>()
  readonly #sockets = new Map<Socket, FilterSession>()
  #requests: PolicyRequest[] = []
  #sessions: FilterSession[] = []
  #down = false

  constructor(name: string) {
    this.name = name
  }

  /**
   * Tells what to answer. Of several rules the first given that still serves and whose `when` holds is the one. The function
   * returned takes the rule away.
   *
   * @throws {InputError} ACTION_INVALID
   * @example policy.answer({ action: 'DEFER_IF_PERMIT 4.2.0 Greylisted' }, { times: 1 })
   */
  answer(
    action: PolicyAction,
    { times, when }: { times?: number; when?: (request: PolicyRequest) => boolean } = {},
  ): () => void {
    const options: RuleOptions<PolicyContext> = {
      ...(times === undefined ? {} : { times }),
      ...(when === undefined ? {} : { when: ({ request }) => when(request) }),
    }
    return this.#rules.put('request', checkPolicyAction(action), options)
  }

  /** Every request since the start or `reset`, oldest first. */
  get requests(): readonly PolicyRequest[] {
    return this.#requests
  }

  /** Every connection of the server, oldest first; one that stays open over a `reset` is one of them. */
  get sessions(): readonly FilterSession[] {
    return this.#sessions
  }

  /** From here on nobody gets in, and open connections break. */
  down(): void {
    this.#down = true
    for (const socket of this.#sockets.keys()) this.#break(socket, 'reset, for the policy service went down')
  }

  /** Ends `down`. */
  up(): void {
    this.#down = false
  }

  /** Back to the beginning: no rules, up, nothing known. A server keeps its connection for the next request. */
  reset(): void {
    this.#rules.clear()
    this.#down = false
    this.#requests = []
    this.#sessions = [...this.#sockets.values()]
  }

  /** Ends all connections. */
  close(): void {
    for (const socket of this.#sockets.keys()) this.#break(socket, 'reset, for the rig came to its end')
  }

  /** Serves an accepted socket, and says when that is over. For the listener. */
  serve(socket: Socket, over: () => void): void {
    const session = new FilterSession()
    this.#sessions.push(session)
    socket.setNoDelay(true)
    socket.on('error', (error) => session.finish(error.message))
    socket.once('close', () => {
      session.finish('closed by the server')
      this.#sockets.delete(socket)
      over()
    })
    if (this.#down) {
      session.finish('reset at once, for the policy service is down')
      socket.resetAndDestroy()
      return
    }
    this.#sockets.set(socket, session)
    let rest = ''
    socket.setEncoding('utf8')
    socket.on('data', (text) => {
      rest += text
      // Attributes a line each, then an empty line. A server asks again only when it was answered.
      for (let end = rest.indexOf('\n\n'); end !== -1; end = rest.indexOf('\n\n')) {
        this.#answer(socket, session, readRequest(rest.slice(0, end)))
        rest = rest.slice(end + 2)
      }
      if (rest.length > LONGEST) this.#break(socket, 'reset, for a request without end')
    })
  }

  #answer(socket: Socket, session: FilterSession, request: PolicyRequest): void {
    this.#requests.push(request)
    session.note('C', describeRequest(request))
    let order: PolicyAction | undefined
    try {
      order = this.#rules.take({ stage: 'request', request })
    } catch (error) {
      // What a test's own `when` throws has no other place where it shows.
      this.#break(socket, `an order failed: ${error instanceof Error ? error.message : error}`)
      return
    }
    const { delay = 0, action = 'DUNNO', silent, drop } = order ?? {}
    const act = () => {
      if (socket.destroyed) return
      if (silent) {
        session.note('*', 'says nothing, as it was told')
      } else if (drop) {
        this.#break(socket, 'reset, as it was told')
      } else {
        session.note('S', action)
        socket.write(`action=${action}\n\n`)
      }
    }
    if (delay === 0) {
      act()
      return
    }
    const timer = setTimeout(act, delay)
    socket.once('close', () => clearTimeout(timer))
  }

  #break(socket: Socket, why: string): void {
    this.#sockets.get(socket)?.finish(why)
    socket.resetAndDestroy()
  }
}

function readRequest(text: string): PolicyRequest {
  return Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const at = line.indexOf('=')
      return at < 1 ? [] : [[line.slice(0, at), line.slice(at + 1)]]
    }),
  )
}

/** What tells one request from another, in one line. */
function describeRequest(request: PolicyRequest): string {
  const { protocol_state: state = '?', client_address: client = '', sender = '', recipient = '' } = request
  return `${state} client=${client} sender=<${sender}> recipient=<${recipient}>`
}
