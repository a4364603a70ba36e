import type { Socket } from 'node:net'
import { ACCOUNTS, type FakeHost } from './fake-host.ts'
import { Peer } from './peer.ts'

/** ManageSieve of the fake mail host; a script is one that answers by vacation. */
export class SievePeer extends Peer {
  readonly #host: FakeHost
  #user = ''

  constructor(socket: Socket, host: FakeHost) {
    super(socket)
    this.#host = host
    this.#greet()
  }

  protected async take(octets: Buffer): Promise<number> {
    const found = this.lineOf(octets)
    if (!found) return 0
    const size = Number(/\{(\d+)\+\}$/.exec(found.line)?.[1] ?? 0)
    const whole = found.length + (size > 0 ? size + 2 : 0)
    if (octets.length < whole) return 0
    this.#command(found.line, octets.toString('utf8', found.length, found.length + size))
    return whole
  }

  #greet(): void {
    this.say(
      `"IMPLEMENTATION" "fake"\r\n"SASL" "PLAIN"\r\n"SIEVE" "vacation"\r\n${this.tls ? '' : '"STARTTLS"\r\n'}OK\r\n`,
    )
  }

  #command(line: string, literal: string): void {
    const [, verb = ''] = /^(\w+)/.exec(line) ?? []
    const strings = [...line.matchAll(/"([^"]*)"/g)].map(([, text = '']) => text)
    const scripts = this.#host.scripts.get(this.#user) ?? new Map<string, string>()
    const [name = ''] = strings
    if (verb === 'STARTTLS') {
      this.say('OK\r\n')
      this.secure(this.#host.context)
      this.#greet()
      return
    }
    if (verb === 'AUTHENTICATE') {
      const [, user = '', password = ''] = Buffer.from(strings[1] ?? literal, 'base64')
        .toString()
        .split('\0')
      if (!ACCOUNTS.some((one) => one.user === user && one.password === password)) {
        this.say('NO\r\n')
        return
      }
      this.#user = user
      this.#host.scripts.set(user, scripts)
    } else if (verb === 'LISTSCRIPTS') {
      for (const one of scripts.keys())
        this.say(`"${one}"${this.#host.activeScript.get(this.#user) === one ? ' ACTIVE' : ''}\r\n`)
    } else if (verb === 'PUTSCRIPT') scripts.set(name, literal)
    else if (verb === 'SETACTIVE') this.#host.activeScript.set(this.#user, name)
    else if (verb === 'DELETESCRIPT') scripts.delete(name)
    this.say('OK\r\n')
  }
}
