import type { Socket } from 'node:net'
import { ACCOUNTS, type FakeHost, QUOTA, type Stored } from './fake-host.ts'
import { Peer } from './peer.ts'

/** IMAP of the fake mail host, as much of it as the checks ask for. */
export class ImapPeer extends Peer {
  readonly #host: FakeHost
  readonly #service: string
  #user: string | undefined
  #tell: (() => void) | undefined

  constructor(socket: Socket, host: FakeHost, service: string) {
    super(socket)
    this.#host = host
    this.#service = service
    socket.on('close', () => this.#tell && host.idling.delete(this.#tell))
    if (service === 'imaps') this.#beginTls()
    this.say('* OK ready\r\n')
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

  get #box(): Stored[] {
    return this.#host.mailboxes.get(this.#user ?? '') ?? []
  }

  #command(line: string, literal: string): void {
    const [tag = '', verb = '', ...words] = line.split(' ')
    const rest = words.join(' ')
    const ok = (text = 'done') => this.say(`${tag} OK ${text}\r\n`)
    if (line === 'DONE') {
      if (this.#tell) this.#host.idling.delete(this.#tell)
      this.say(`${this.#idleTag} OK done\r\n`)
    } else if (verb === 'CAPABILITY') {
      this.say(`* CAPABILITY ${this.#capabilities().join(' ')}\r\n`)
      ok()
    } else if (verb === 'STARTTLS') {
      ok()
      this.#beginTls()
    } else if (verb === 'LOGIN') this.#login(tag, rest)
    else if (verb === 'UID' && rest.startsWith('SEARCH')) {
      const what = /"(.*)"/.exec(rest)?.[1] ?? ''
      const uids = this.#box.filter(({ text }) => text.includes(what)).map(({ uid }) => uid)
      this.say(`* SEARCH ${uids.join(' ')}\r\n`)
      ok()
    } else if (verb === 'UID') {
      const message = this.#box.find(({ uid }) => uid === Number(words[1]))
      // Stored octet by octet; what came by APPEND is text already.
      const raw = Buffer.from(message?.text ?? '', 'latin1')
      this.say(`* 1 FETCH (UID ${message?.uid} BODY[] {${raw.length}}\r\n${raw.toString()})\r\n`)
      ok()
    } else if (verb === 'IDLE') {
      this.#idleTag = tag
      this.#tell = () => this.say(`* ${this.#box.length} EXISTS\r\n`)
      this.#host.idling.add(this.#tell)
      this.say('+ idling\r\n')
    } else if (verb === 'LIST') {
      const uses = this.#host.flaws.noSpecialFolders ? [] : ['\\Sent', '\\Drafts', '\\Trash']
      for (const use of uses) this.say(`* LIST (${use}) "/" ${use.slice(1)}\r\n`)
      ok()
    } else if (verb === 'GETQUOTAROOT') {
      const limited = ACCOUNTS.find(({ address }) => address === this.#user)?.quota !== undefined
      if (limited) this.say(`* QUOTA "User" (STORAGE 0 ${QUOTA / 1024})\r\n`)
      ok()
    } else if (verb === 'APPEND') this.#append(tag, literal)
    else ok()
  }

  #idleTag = ''

  #append(tag: string, message: string): void {
    const quota = ACCOUNTS.find(({ address }) => address === this.#user)?.quota ?? Number.POSITIVE_INFINITY
    if (message.length > quota && this.#host.flaws.ignoresQuota !== 'append') this.say(`${tag} NO [OVERQUOTA] full\r\n`)
    else {
      const stored = this.#host.flaws.altersAppend ? message.replace('  two ', 'two') : message
      this.#host.store(this.#user ?? '', Buffer.from(stored).toString('latin1'))
      this.say(`${tag} OK done\r\n`)
    }
  }

  #login(tag: string, rest: string): void {
    const [, user = '', password = ''] = /^"(.*)" "(.*)"$/.exec(rest) ?? []
    const right = ACCOUNTS.some((one) => one.user === user && one.password === password)
    const inside = this.#host.flaws.letsIn?.({ user, password, right, service: this.#service }) ?? right
    if (inside) this.#user = user
    this.say(inside ? `${tag} OK in\r\n` : `${tag} NO [AUTHENTICATIONFAILED] no\r\n`)
  }

  #capabilities(): string[] {
    const { capabilities: changes = [] } = this.#host.flaws
    const all = new Set([
      'IMAP4rev1',
      'IDLE',
      'QUOTA',
      'LITERAL+',
      ...(this.tls ? ['AUTH=PLAIN'] : ['STARTTLS', 'LOGINDISABLED']),
    ])
    for (const change of changes) {
      if (change.startsWith('-')) all.delete(change.slice(1))
      else all.add(change)
    }
    return [...all]
  }

  #beginTls(): void {
    if (this.#host.flaws.failsTls?.(this.#service)) this.hangUp()
    else this.secure(this.#host.context, this.#host.flaws.keepsClearText)
  }
}
