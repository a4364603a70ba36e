import type { Socket } from 'node:net'
import { ACCOUNTS, type FakeHost, type Stored } from './fake-host.ts'
import { Peer } from './peer.ts'

/** POP3 of the fake mail host. */
export class Pop3Peer extends Peer {
  readonly #host: FakeHost
  readonly #service: string
  #name = ''
  #box: Stored[] = []
  readonly #deleted = new Set<Stored>()
  #owner = ''

  constructor(socket: Socket, host: FakeHost, service: string) {
    super(socket)
    this.#host = host
    this.#service = service
    if (service === 'pop3s') this.#beginTls()
    this.say('+OK ready\r\n')
  }

  protected async take(octets: Buffer): Promise<number> {
    const found = this.lineOf(octets)
    if (!found) return 0
    this.#command(found.line)
    return found.length
  }

  #command(line: string): void {
    const [verb = '', ...words] = line.split(' ')
    const rest = words.join(' ')
    const message = this.#box[Number(rest) - 1]
    if (verb === 'CAPA') {
      const { capabilities = [] } = this.#host.flaws
      const list = ['UIDL', ...(this.tls ? ['USER'] : ['STLS']), ...capabilities.filter((one) => !one.startsWith('-'))]
      this.say(`+OK list of capabilities\r\n${list.join('\r\n')}\r\n.\r\n`)
    } else if (verb === 'STLS') {
      this.say('+OK go on\r\n')
      this.#beginTls()
    } else if (verb === 'USER') {
      this.#name = rest
      this.say('+OK\r\n')
    } else if (verb === 'PASS') this.#pass(rest)
    else if (verb === 'LIST') {
      const lines = this.#box.map(({ text }, at) => `${at + 1} ${text.length}\r\n`)
      this.say(`+OK\r\n${lines.join('')}.\r\n`)
    } else if (verb === 'RETR' && message) this.say(`+OK\r\n${message.text.replaceAll(/^\./gm, '..')}\r\n.\r\n`)
    else if (verb === 'DELE' && message) {
      this.#deleted.add(message)
      if (this.#host.flaws.deletesEarly) this.#expunge()
      this.say('+OK\r\n')
    } else if (verb === 'QUIT') {
      this.#expunge()
      this.say('+OK bye\r\n')
      this.hangUp()
    } else this.say('-ERR unknown\r\n')
  }

  #pass(password: string): void {
    const user = this.#name
    const right = ACCOUNTS.some((one) => one.user === user && one.password === password)
    const inside = this.#host.flaws.letsIn?.({ user, password, right, service: this.#service }) ?? right
    if (inside) {
      this.#owner = this.#host.flaws.maildropOf?.(user) ?? user
      this.#box = [...(this.#host.mailboxes.get(this.#owner) ?? [])]
    }
    this.say(inside ? '+OK in\r\n' : '-ERR [AUTH] no\r\n')
  }

  #expunge(): void {
    const left = (this.#host.mailboxes.get(this.#owner) ?? []).filter((one) => !this.#deleted.has(one))
    if (this.#host.mailboxes.has(this.#owner)) this.#host.mailboxes.set(this.#owner, left)
  }

  #beginTls(): void {
    if (this.#host.flaws.failsTls?.(this.#service)) this.hangUp()
    else this.secure(this.#host.context, this.#host.flaws.keepsClearText)
  }
}
