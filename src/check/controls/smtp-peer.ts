import type { Socket } from 'node:net'
import { ACCOUNTS, DOMAINS, type FakeHost, HOST, SIZE_LIMIT } from './fake-host.ts'
import { Peer } from './peer.ts'

/** SMTP, mail submission and LMTP of the fake mail host. */
export class SmtpPeer extends Peer {
  readonly #host: FakeHost
  readonly #service: string
  readonly #trusted: boolean
  #helo = ''
  #from: string | undefined
  #to: string[] = []
  #user: string | undefined
  #mode: 'commands' | 'data' = 'commands'
  #chunks = ''

  constructor(socket: Socket, host: FakeHost, service: string, trusted: boolean) {
    super(socket)
    this.#host = host
    this.#service = service
    this.#trusted = trusted
    host.serving += 1
    socket.on('close', () => {
      host.serving -= 1
    })
    if (service === 'submissions') this.#beginTls()
    if (host.flaws.clients !== undefined && host.serving > host.flaws.clients) return
    this.say(`${host.flaws.greeting ?? `220 ${HOST} ESMTP`}\r\n`)
  }

  protected async take(octets: Buffer): Promise<number> {
    if (this.#mode === 'data') return this.#takeData(octets)
    const bdat = /^BDAT (\d+)( LAST)?\r\n/i.exec(octets.toString('latin1', 0, 40))
    if (bdat) {
      const [head, size = '0', last] = bdat
      if (octets.length < head.length + Number(size)) return 0
      this.#chunks += octets.toString('latin1', head.length, head.length + Number(size))
      const flawed = this.#host.flaws.replies?.('BDAT', this.#state)
      if (last) this.#finish(this.#chunks)
      else this.say(`${flawed ?? '250 2.0.0 OK'}\r\n`)
      return head.length + Number(size)
    }
    const found = this.lineOf(octets)
    if (!found) return 0
    this.#command(found.line)
    return found.length
  }

  protected override over(): void {
    if (this.#mode === 'data' && this.#host.flaws.deliversHalves) this.#finish(this.#rest)
  }

  #rest = ''

  get #state() {
    return { tls: this.tls, service: this.#service, size: SIZE_LIMIT }
  }

  #takeData(octets: Buffer): number {
    // Its first line may be the dot.
    const text = `\r\n${octets.toString('latin1')}`
    const ends = ['\r\n.\r\n', ...(this.#host.flaws.ends ?? [])]
      .map((end) => ({ at: text.indexOf(end), end }))
      .filter(({ at }) => at >= 0)
      .sort((a, b) => a.at - b.at)
    const [first] = ends
    this.#rest = text.slice(2)
    if (!first) return 0
    const content = text.slice(2, first.at + 2).replaceAll(/(^|\r\n)\./g, '$1')
    this.#finish(this.#host.flaws.dropsDotLines ? content.replaceAll(/^\..*\r\n/gm, '') : content)
    return first.at + first.end.length - 2
  }

  #finish(text: string): void {
    this.#mode = 'commands'
    this.#chunks = ''
    const from = this.#from ?? ''
    const to = this.#to
    this.#reset()
    const flawed = this.#host.flaws.replies?.('.', this.#state)
    if (flawed !== undefined) {
      this.say(`${flawed}\r\n`)
      return
    }
    if (text.length > SIZE_LIMIT && !this.#host.flaws.takesTooLarge) {
      this.say('552 5.3.4 too large\r\n')
      return
    }
    if ((text.match(/^Received:/gim)?.length ?? 0) > 100 && !this.#host.flaws.countsNoHops) {
      this.say('554 5.4.6 too many hops\r\n')
      return
    }
    const head = `Received: from ${this.#helo} by ${HOST}; Sun, 1 Jan 2023 00:00:00 +0000\r\n`
    const id = this.#host.accept(from, to, head + text)
    const replies = this.#service === 'lmtp' ? to : ['all']
    for (const _ of replies) this.say(`250 2.0.0 OK queued as ${id} \r\n`)
  }

  #reset(): void {
    this.#from = undefined
    this.#to = []
  }

  #command(line: string): void {
    const flawed = this.#host.flaws.replies?.(line, this.#state)
    if (flawed !== undefined) {
      this.say(`${flawed}\r\n`)
      return
    }
    const [verb = '', rest = ''] = [line.split(' ', 1)[0]?.toUpperCase(), line.slice(line.indexOf(' ') + 1)]
    if (line.length > 2000) this.say('500 5.5.2 line too long\r\n')
    else if (verb === 'EHLO' || verb === 'LHLO') this.#ehlo(rest)
    else if (verb === 'HELO') this.say(`250 ${HOST}\r\n`)
    else if (verb === 'NOOP') this.say('250 2.0.0 OK\r\n')
    else if (verb === 'VRFY') this.say('252 2.1.5 try it\r\n')
    else if (verb === 'RSET') {
      this.#reset()
      this.say('250 2.0.0 OK\r\n')
    } else if (verb === 'QUIT') {
      this.say('221 2.0.0 Bye\r\n')
      this.hangUp()
    } else if (verb === 'STARTTLS') this.#startTls()
    else if (verb === 'AUTH') this.#auth(rest)
    else if (verb === 'MAIL') this.#mail(rest)
    else if (verb === 'RCPT') this.#rcpt(rest)
    else if (verb === 'DATA') {
      if (this.#to.length === 0) this.say('503 5.5.1 no recipients\r\n')
      else {
        this.#mode = 'data'
        this.say('354 go on\r\n')
      }
    } else this.say('500 5.5.1 unknown command\r\n')
  }

  #ehlo(name: string): void {
    this.#helo = name
    const { keywords: changes = [] } = this.#host.flaws
    const keywords = new Set(['PIPELINING', `SIZE ${SIZE_LIMIT}`, '8BITMIME', 'SMTPUTF8', 'CHUNKING'])
    if (!this.tls && this.#service !== 'lmtp') keywords.add('STARTTLS')
    if (this.tls && this.#service.startsWith('submission')) keywords.add('AUTH PLAIN')
    for (const change of changes) {
      if (change.startsWith('-')) keywords.delete(change.slice(1))
      else keywords.add(change)
    }
    const lines = [HOST, ...keywords]
    this.say(lines.map((line, at) => `250${at === lines.length - 1 ? ' ' : '-'}${line}\r\n`).join(''))
  }

  #startTls(): void {
    this.say('220 2.0.0 go on\r\n')
    this.#beginTls()
  }

  #beginTls(): void {
    if (this.#host.flaws.failsTls?.(this.#service)) this.hangUp()
    else this.secure(this.#host.context, this.#host.flaws.keepsClearText)
  }

  #auth(rest: string): void {
    if (!this.tls && !this.#host.flaws.letsIn) {
      this.say('538 5.7.11 encryption needed\r\n')
      return
    }
    const [, user = '', password = ''] = Buffer.from(rest.split(' ')[1] ?? '', 'base64')
      .toString()
      .split('\0')
    const right = ACCOUNTS.some((one) => one.user === user && one.password === password)
    const inside = this.#host.flaws.letsIn?.({ user, password, right, service: this.#service }) ?? right
    if (inside) this.#user = user
    this.say(inside ? '235 2.7.0 welcome\r\n' : '535 5.7.8 no\r\n')
  }

  #mail(rest: string): void {
    const from = /^FROM:<([^>]*)>/i.exec(rest)?.[1] ?? ''
    const size = Number(/ SIZE=(\d+)/i.exec(rest)?.[1] ?? 0)
    const mayNot = this.#user !== undefined && from !== '' && from !== this.#user && !this.#host.flaws.letsIn
    if (size > SIZE_LIMIT) this.say('552 5.3.4 too large\r\n')
    else if (this.#host.flaws.refusesSender?.(from)) this.say('550 5.1.0 not this sender\r\n')
    else if (mayNot) this.say('553 5.7.1 not yours\r\n')
    else {
      this.#from = from
      this.#to = []
      this.say('250 2.1.0 OK\r\n')
    }
  }

  #rcpt(rest: string): void {
    if (this.#from === undefined) {
      this.say('503 5.5.1 MAIL first\r\n')
      return
    }
    const path = /^TO:<(.*)>/i.exec(rest)?.[1] ?? ''
    const asked = { helo: this.#helo, from: this.#from, path, service: this.#service }
    const { flaws } = this.#host
    const target = flaws.relays?.(asked) ? /to-[a-z0-9]+/.exec(path)?.[0] : undefined
    const address = target ? `${target}@elsewhere.example` : this.#addressOf(path)
    if (flaws.refuses?.(asked)) this.say('550 5.1.1 not this one\r\n')
    else if (target || flaws.takes?.(asked) || this.#takes(address)) {
      this.#to.push(address)
      this.say('250 2.1.5 OK\r\n')
    } else this.say('550 5.7.1 no\r\n')
  }

  #addressOf(path: string): string {
    if (/^postmaster$/i.test(path)) return `postmaster@${HOST}`
    return path.replace(/^"([\w-]+)"@/, '$1@').toLowerCase()
  }

  #takes(address: string): boolean {
    if (!/^[\w+-]{1,64}@[\w.-]+$/.test(address)) return false
    const domain = address.split('@')[1] ?? ''
    const known = this.#host.targetsOf(address) !== undefined && DOMAINS.includes(domain)
    if (this.#service.startsWith('submission')) return this.#user !== undefined && (known || !DOMAINS.includes(domain))
    if (DOMAINS.includes(domain)) return this.#service === 'lmtp' ? this.#host.mailboxes.has(address) : known
    return this.#trusted
  }
}
