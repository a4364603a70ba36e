import { MailrigError } from '../errors/mailrig-error.ts'
import { openSession } from '../session/session.ts'
import { isOfMta, type Outcome } from '../session-file/statement.ts'
import type { Finding, Ground } from './ground.ts'
import { SmtpSpeaker } from './smtp-speaker.ts'
import type { Speaker } from './speaker.ts'

const FOREIGN = 'the server is not part of a rig'

/** A server that is not ours: what is said to it can be played, what it does with it cannot be seen. */
export class HostGround implements Ground {
  readonly server = { mta: '', release: '' }
  readonly host: string
  readonly #endpoint: { host: string; port: number }
  readonly #onLine: ((line: string) => void) | undefined

  constructor(endpoint: { host: string; port: number }, options: { onLine?: (line: string) => void } = {}) {
    this.#endpoint = endpoint
    this.host = endpoint.host
    this.#onLine = options.onLine
  }

  async open(
    { protocol, connection, client, port, ipv6 }: Parameters<Ground['open']>[0],
    timeoutMs: number,
  ): Promise<Speaker> {
    if (!isOfMta(protocol) && protocol !== 'lmtp') {
      throw new MailrigError(`${protocol} has no place at one host and port: ${FOREIGN}`, { code: 'NOT_A_RIG' })
    }
    if (client !== undefined) {
      throw new MailrigError(`this host cannot come as ${client}: ${FOREIGN}`, { code: 'NOT_A_RIG' })
    }
    if (ipv6) throw new MailrigError(`this host is known by one address: ${FOREIGN}`, { code: 'NOT_A_RIG' })
    const session = await openSession({
      ...this.#endpoint,
      ...(port === undefined ? {} : { port }),
      protocol: protocol === 'lmtp' ? 'lmtp' : 'smtp',
      awaitGreeting: false,
      tls: protocol === 'submissions' ? 'implicit' : false,
      timeoutMs,
      ...(connection === '' ? {} : { name: connection }),
      ...(this.#onLine ? { onLine: this.#onLine } : {}),
    })
    return new SmtpSpeaker(session, protocol)
  }

  async sign(): Promise<Buffer> {
    throw new MailrigError(`nobody has keys for this host: ${FOREIGN}`, { code: 'NOT_A_RIG' })
  }

  async order(): Promise<string> {
    return FOREIGN
  }

  async submit(): Promise<string> {
    return FOREIGN
  }

  async flush(): Promise<string> {
    return FOREIGN
  }

  async fault(): Promise<string> {
    return FOREIGN
  }

  async check(_outcome: Outcome): Promise<Finding> {
    return { verdict: 'skipped', received: '', why: FOREIGN }
  }
}
