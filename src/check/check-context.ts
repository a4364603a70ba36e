import type { Side } from '../engine/side.ts'
import { type ImapSession, openImapSession } from '../mailbox/imap-session.ts'
import { type ManageSieve, openManageSieve } from '../mailbox/manage-sieve.ts'
import { openPop3, type Pop3 } from '../mailbox/pop3.ts'
import { patience } from '../metrics/patience.ts'
import type { ComposeOptions } from '../session/compose.ts'
import { LineSession } from '../session/line-session.ts'
import { formatReply, type Reply } from '../session/reply.ts'
import { type SendOptions, type SentMessage, sendMessage } from '../session/send.ts'
import { openSession, type Session, type SessionOptions } from '../session/session.ts'
import { SessionEndedError, TlsError } from '../session/session-error.ts'
import type { Transcript } from '../session/transcript.ts'
import type { AccountFact, Facts, ServiceName } from '../targets/facts.ts'
import type { RelayedMessage } from '../upstream/relayed-message.ts'
import type { Upstream } from '../upstream/upstream.ts'
import { dialogueOf } from './dialogue.ts'
import { type DkimResult, dkimResults } from './dkim-results.ts'
import { CheckEnded } from './finding.ts'
import { type Letter, lettersIn, waitForLetter } from './letters.ts'
import type { Severity } from './severity.ts'
import type { Elsewhere, KnownAccount, ServicePlace, Subject, SubjectEvent } from './subject.ts'

/** How a session of a check begins. */
export interface CheckSessionOptions
  extends Pick<SessionOptions, 'minVersion' | 'maxVersion' | 'ciphers' | 'timeoutMs'> {
  /** Default: a side whose clients are not trusted. */
  side?: Side
  /** Default `smtp`. */
  service?: 'smtp' | 'submission' | 'submissions'
  /** True: STARTTLS, then EHLO again. Default false. */
  tls?: boolean
  /** False: says nothing yet. Default: EHLO is said. */
  ehlo?: boolean
}

/** What a message of a check is; `to` has to be given. */
export type CheckSendOptions = Omit<SendOptions, 'endpoint' | 'localAddress' | 'auth' | 'tls' | 'tlsOptions'> &
  ComposeOptions & { side?: Side }

let counter = 0

/** What a check asks with. Everything that is said through it is part of the evidence, and ends with the check. */
export class CheckContext {
  readonly subject: Subject
  readonly facts: Facts
  /** A word that no other check and no other run has, for addresses, subjects and Message-IDs. */
  readonly token: string
  readonly #severity: Severity
  readonly #wait: { timeoutMs?: number }
  readonly #transcripts: Transcript[] = []
  readonly #undo: (() => unknown)[] = []

  /** @param waitMs bounds each wait for what should come; default 10 000 of an idle machine */
  constructor(subject: Subject, severity: Severity, waitMs?: number) {
    counter += 1
    this.subject = subject
    this.facts = subject.facts
    this.token = `c${process.pid}x${counter}`
    this.#severity = severity
    this.#wait = waitMs === undefined ? {} : { timeoutMs: waitMs }
  }

  // How it ends.

  /** It is not as it has to be. */
  fault(expected: string, came: string, severity: Severity = this.#severity): never {
    throw new CheckEnded({
      verdict: 'fault',
      severity,
      expected,
      came,
      dialogue: this.#dialogue(),
      log: (this.subject.events?.(this.#transcripts) ?? []).map(({ text }) => text).slice(-20),
    })
  }

  /** It could not be told. */
  unsure(reason: string): never {
    throw new CheckEnded({ verdict: 'unknown', reason, dialogue: this.#dialogue() })
  }

  doesNotApply(reason: string): never {
    throw new CheckEnded({ verdict: 'not-applicable', reason })
  }

  // What has to hold.

  /** A fault unless the reply has one of these codes; one digit stands for all codes that begin with it. */
  replied(reply: Reply, codes: number | readonly number[], to: string): void {
    const wanted = [codes].flat()
    if (wanted.some((code) => String(reply.code).startsWith(String(code)))) return
    this.#requireNotLater(reply)
    const names = wanted.map((code) => (code < 10 ? `${code}xx` : String(code)))
    this.fault(`${names.join(' or ')} to ${to}`, formatReply(reply))
  }

  // Who is there.

  /** A side whose clients may not relay. Ends the check where each may. */
  get stranger(): Side {
    const side = (['internet', 'lan'] as const).find(
      (one) => !this.facts.trusted.includes(one) && this.subject.endpoint('smtp', one) !== undefined,
    )
    return side ?? this.doesNotApply('no client is a stranger here: every side that can be reached is trusted')
  }

  /** A stranger's side, or whichever there is. */
  get anySide(): Side {
    const sides = (['internet', 'lan'] as const).filter((one) => this.subject.endpoint('smtp', one) !== undefined)
    return sides.find((one) => !this.facts.trusted.includes(one)) ?? sides[0] ?? 'internet'
  }

  /** Whether the password of an account is known. For `filter`. */
  readonly canLogIn = (account: AccountFact): account is KnownAccount => account.password !== undefined

  /** Accounts that can log in. Ends the check where there are fewer. */
  accounts(count: number): [KnownAccount, ...KnownAccount[]] {
    const known = this.facts.accounts.filter(this.canLogIn)
    const [first, ...rest] = known.slice(0, count)
    if (first === undefined || rest.length < count - 1) {
      this.doesNotApply(`it needs ${count} account(s) with a known password, and there are ${known.length}`)
    }
    return [first, ...rest]
  }

  get account(): KnownAccount {
    return this.accounts(1)[0]
  }

  /** Somebody's address that is taken. Ends the check where none is known. */
  get recipient(): string {
    const address = this.facts.accounts[0]?.address ?? this.facts.aliases[0]?.address
    return address ?? this.doesNotApply('no address is known that it takes mail for')
  }

  /** The domains elsewhere. Ends the check where there are none. */
  get elsewhere(): Elsewhere {
    return this.subject.elsewhere ?? this.unsure('there is no other domain here to send to')
  }

  get upstreams(): readonly Upstream[] {
    return this.subject.upstreams ?? this.unsure('nobody plays the servers of other domains here')
  }

  // Sessions.

  /** Where a service answers. Ends the check where it does not. */
  place(service: ServiceName, side: Side = this.anySide): ServicePlace {
    return (
      this.subject.endpoint(service, side) ?? this.doesNotApply(`it has no ${service} for clients of the ${side} side`)
    )
  }

  /** An SMTP session that was greeted by 220. */
  async session(options: CheckSessionOptions = {}): Promise<Session> {
    const { side = this.anySide, service = 'smtp', tls = false, ehlo = true, ...open } = options
    const place = this.place(service, side)
    const implicit = service === 'submissions'
    const session = await openSession({ ...place, ...this.#wait, ...open, name: service, tls: implicit && 'implicit' })
    this.track(session)
    if (session.greeting.code !== 220) this.unsure(`it greets with ${formatReply(session.greeting)}`)
    if (!ehlo) return session
    const { keywords } = await session.ehlo()
    if (tls && !implicit) {
      if (!keywords.has('STARTTLS')) this.doesNotApply(`${service} offers no STARTTLS`)
      await session.startTls()
      await session.ehlo()
    }
    return session
  }

  /** A connection to port 25 of which nothing was read yet. */
  async rawSession(): Promise<Session> {
    const session = await openSession({ ...this.#wait, ...this.place('smtp'), name: 'smtp', awaitGreeting: false })
    this.track(session)
    return session
  }

  /** The codes of the replies that came and that nobody has read, of a session that has ended. */
  async repliesLeft(session: Session): Promise<number[]> {
    const codes: number[] = []
    for (;;) {
      const reply = await session.reply().catch(() => undefined)
      if (reply === undefined) return codes
      codes.push(reply.code)
    }
  }

  /** A session of mail submission, over TLS where that is offered, logged in. Ends the check where nobody can. */
  async loggedIn(account: KnownAccount = this.account): Promise<Session> {
    const side = this.anySide
    const service = (['submission', 'submissions'] as const).find((one) => this.subject.endpoint(one, side))
    if (service === undefined) this.doesNotApply('it has no service for mail submission')
    const session = await this.session({ side, service, ehlo: false })
    let { keywords } = await session.ehlo()
    if (keywords.has('STARTTLS')) {
      await session.startTls()
      keywords = (await session.ehlo()).keywords
    }
    const offered = keywords.get('AUTH')
    if (!offered) this.doesNotApply(`${service} offers no AUTH`)
    const mechanism = (['PLAIN', 'LOGIN', 'CRAM-MD5', 'SCRAM-SHA-256', 'SCRAM-SHA-1'] as const).find((one) =>
      offered.includes(one),
    )
    if (mechanism === undefined) this.unsure(`AUTH has no mechanism that is known here: ${offered.join(' ')}`)
    const reply = await session.auth({ mechanism, user: account.user, password: account.password })
    if (reply.code !== 235) this.fault(`235 to AUTH of ${account.user}`, formatReply(reply))
    return session
  }

  /** An IMAP session in which nobody is logged in. `imaps` has TLS from the first octet. */
  async imap(service: 'imap' | 'imaps' = 'imap', options: Partial<SessionOptions> = {}): Promise<ImapSession> {
    const session = await openImapSession({
      ...this.#wait,
      ...this.place(service),
      ...options,
      name: service,
      tls: service === 'imaps' && 'implicit',
    })
    this.track(session)
    return session
  }

  /** A POP3 session in which nobody is logged in. `pop3s` has TLS from the first octet. */
  async pop3(service: 'pop3' | 'pop3s' = 'pop3', options: Partial<SessionOptions> = {}): Promise<Pop3> {
    const session = await openPop3({
      ...this.#wait,
      ...this.place(service),
      ...options,
      name: service,
      tls: service === 'pop3s' && 'implicit',
    })
    this.track(session)
    return session
  }

  /** An IMAP session logged in over TLS where there is any. A fault where the account cannot log in. */
  async mailbox(account: KnownAccount): Promise<ImapSession> {
    const session = await this.privateImap()
    const { status, text } = await session.login(account)
    if (status !== 'OK') this.fault(`OK to LOGIN of ${account.user}`, `${status} ${text}`)
    return session
  }

  /** An IMAP session ready for a login: over TLS where there is any. */
  async privateImap(): Promise<ImapSession> {
    if (this.subject.endpoint('imaps', this.anySide)) return this.imap('imaps')
    const session = await this.imap()
    if ((await session.capability()).has('STARTTLS')) await session.startTls()
    return session
  }

  /** A POP3 session ready for a login: over TLS where there is any. */
  async privatePop3(): Promise<Pop3> {
    if (this.subject.endpoint('pop3s', this.anySide)) return this.pop3('pop3s')
    const session = await this.pop3()
    if ((await session.capa().catch(() => new Map())).has('STLS')) await session.stls()
    return session
  }

  /** An LMTP session. */
  async lmtp(): Promise<Session> {
    const session = await openSession({ ...this.#wait, ...this.place('lmtp'), name: 'lmtp', protocol: 'lmtp' })
    this.track(session)
    return session
  }

  /** A ManageSieve session, logged in, over TLS where there is any. It is the caller's to end. */
  async manageSieve(account: KnownAccount): Promise<ManageSieve> {
    const session = await openManageSieve(this.place('managesieve'))
    try {
      if (session.capabilities.has('STARTTLS')) await session.startTls()
      await session.login(account)
      return session
    } catch (error) {
      session.destroy()
      throw error
    }
  }

  /**
   * Sends `begin`, which asks for TLS, and `injected` in one write, goes on in TLS with `after`, and gives the lines up to
   * the one that `last` matches. Undefined where the server refuses, closes, or the handshake fails: nothing was kept.
   */
  async injectedLines(
    service: 'imap' | 'pop3',
    begin: string,
    injected: string,
    after: string,
    last: RegExp,
  ): Promise<string[] | undefined> {
    const session = await LineSession.open({ ...this.place(service), name: service, literals: false })
    this.track(session)
    await session.line()
    session.write(begin + injected)
    try {
      if (!/^(?:a1 OK|\+OK)/.test(await session.line())) return undefined
      await session.beginTls()
      session.write(after)
      const lines: string[] = []
      for (let line = await session.line(); ; line = await session.line()) {
        lines.push(line)
        if (last.test(line)) return lines
      }
    } catch (error) {
      if (error instanceof TlsError || error instanceof SessionEndedError) return undefined
      throw error
    }
  }

  /** Has the session end with the check, and its dialogue be evidence. */
  track(session: { transcript: Transcript; destroy(): void }): void {
    this.#transcripts.push(session.transcript)
    this.#undo.push(() => session.destroy())
  }

  /** Has something be undone when the check ends, last first. */
  undo(action: () => unknown): void {
    this.#undo.push(action)
  }

  // Messages.

  /** Sends a message to the server as any stranger does, on port 25. Resolves also where it is refused. */
  async send(options: CheckSendOptions): Promise<SentMessage> {
    const { side = this.anySide, ...send } = options
    const { host, port, localAddress } = this.place('smtp', side)
    const sent = await sendMessage({
      messageId: `${this.token}-${this.#transcripts.length}@mailrig.example`,
      ...send,
      ...this.#wait,
      endpoint: { host, port },
      ...(localAddress === undefined ? {} : { localAddress }),
      expectRefusal: true,
    })
    this.#transcripts.push(sent.transcript)
    return sent
  }

  /** As `send`, and a fault where the server does not take it for everybody. */
  async sendAccepted(options: CheckSendOptions): Promise<SentMessage> {
    const sent = await this.send(options)
    const [refused] = sent.rejected
    if (refused) {
      this.#requireNotLater(refused.reply)
      this.fault(`it takes mail for ${refused.address}`, formatReply(refused.reply))
    }
    return sent
  }

  /**
   * A session that may send to other domains: logged in, else from a trusted side. Ends the check where there is none.
   */
  async outbound(): Promise<{ session: Session; from: string }> {
    const submission =
      this.subject.endpoint('submission', this.anySide) ?? this.subject.endpoint('submissions', this.anySide)
    const account = this.facts.accounts.find(this.canLogIn)
    if (submission && account) return { session: await this.loggedIn(account), from: account.address }
    const side = this.facts.trusted.find((one) => this.subject.endpoint('smtp', one))
    if (side === undefined) this.doesNotApply('nobody may send to other domains here: no login, and no trusted client')
    return {
      session: await this.session({ side }),
      from: this.facts.accounts[0]?.address ?? `${this.token}@${this.facts.host}`,
    }
  }

  /** Sends one message to other domains. A fault where it is refused. @returns its Message-ID */
  async sendOut(to: string, options: { content?: string; from?: string } = {}): Promise<string> {
    const { session, from } = await this.outbound()
    const messageId = `${this.token}-out-${this.#transcripts.length}@mailrig.example`
    this.replied(await session.mailFrom(options.from ?? from), 250, 'MAIL')
    this.replied(await session.rcptTo(to), 250, `RCPT to ${to}`)
    const head = `From: <${options.from || from}>\r\nTo: <${to}>\r\nSubject: ${this.token}\r\nMessage-ID: <${messageId}>\r\nDate: ${new Date().toUTCString().replace('GMT', '+0000')}\r\n`
    this.replied(
      await session.data(options.content === undefined ? `${head}\r\nHello.\r\n` : head + options.content),
      250,
      'the message',
    )
    return messageId
  }

  /** Resolves when all that was accepted in this check is delivered, bounced or put off. Ends the check where nobody can tell. */
  async rested(): Promise<void> {
    if (!this.subject.rested) this.unsure('nobody can tell when the server has done with a message')
    await this.subject.rested(this.#transcripts)
  }

  /** What the log tells of the messages of this check. */
  get events(): readonly SubjectEvent[] {
    return this.subject.events?.(this.#transcripts) ?? []
  }

  /** What a receiver finds of the DKIM signatures of a message as it came. Ends the check where keys cannot be looked up. */
  dkim(message: Buffer): Promise<DkimResult[]> {
    return dkimResults(message, this.subject.signing ?? this.unsure('nobody knows which keys are published'))
  }

  /** What the hosts of other domains were handed for an address in which this word stands. */
  relayedTo(word: string): RelayedMessage[] {
    return this.upstreams.flatMap(({ messages }) => messages.filter(({ to }) => to.some((one) => one.includes(word))))
  }

  /** The message once an upstream was handed it. A fault where it does not come. */
  async relayed(messageId: string): Promise<RelayedMessage> {
    const found = () => this.upstreams.flatMap(({ messages }) => messages).find((one) => one.messageId === messageId)
    const there = found()
    if (there) return there
    if (this.subject.rested) await this.subject.rested(this.#transcripts)
    // A next hop that had to be asked again is no fault: this rig itself ends connections when a check changes it.
    if (!found() && this.subject.rested && this.subject.flush) {
      await this.subject.flush()
      await this.subject.rested(this.#transcripts)
    }
    const came = found()
    if (came) return came
    if (this.subject.rested) this.fault('the message reaches the other domain', this.#fate())
    return this.handedOver(messageId)
  }

  /** The same, of a message that is tried again: waits for it. */
  handedOver(messageId: string): Promise<RelayedMessage> {
    const waits = this.upstreams.map((one) => one.next((message) => message.messageId === messageId, this.#wait))
    return Promise.any(waits).catch(() => this.fault('the message reaches the other domain', this.#fate()))
  }

  /** A fault unless mail of somebody who may relay is refused for this address, or returned without being kept. */
  async returned(to: string, what: string): Promise<void> {
    const { session, from } = await this.outbound()
    this.replied(await session.mailFrom(from), 250, 'MAIL')
    const rcpt = await session.rcptTo(to)
    if (rcpt.code >= 500) return
    this.replied(rcpt, [250, 5], `RCPT of ${what}`)
    const end = await session.data(`From: <${from}>\r\nMessage-ID: <${this.token}@mailrig.example>\r\n\r\nHello.\r\n`)
    if (end.code >= 500) return
    this.replied(end, [250, 5], `a message for ${what}`)
    await this.rested()
    const held = this.events.find(({ event }) => event === 'held')
    // It is tried no more, and nobody is told.
    if (held) this.fault(`mail for ${what} is returned at once`, `held: ${held.text}`, 'note')
    const kept = this.events.find(({ event }) => event === 'deferred')
    if (kept) this.fault(`mail for ${what} is returned at once`, `deferred: ${kept.text}`)
    const gone = this.events.some(({ event }) => event === 'bounced' || event === 'notified' || event === 'removed')
    if (!gone) this.unsure('the log does not tell what became of the message')
  }

  /** What is in the INBOX of an account with this text in it now. */
  lettersWith(account: KnownAccount, text: string): Promise<Letter[]> {
    return lettersIn(this, account, { text })
  }

  /** What is in the INBOX of an account with this Message-ID now; for `nothing came` wait for `rested` first. */
  letters(account: KnownAccount, messageId: string): Promise<Letter[]> {
    return lettersIn(this, account, { messageId })
  }

  /** The message in the INBOX of an account, once it is there. A fault where it does not come. */
  async received(account: KnownAccount, messageId: string): Promise<Letter> {
    const letter = await waitForLetter(this, account, messageId)
    return letter ?? this.fault(`the message is in the mailbox of ${account.address}`, this.#fate())
  }

  /** Ends all sessions and undoes what was to be undone. */
  async close(): Promise<void> {
    for (const undo of this.#undo.splice(0).reverse()) await (async () => undo())().catch(() => undefined)
  }

  /** A default bound, stretched by how slow the machine is, ms. */
  patience(ms: number): number {
    return patience(ms)
  }

  /** Who asks to come later, as greylisting (RFC 6647) and limits of rate do, has not said what is asked. */
  #requireNotLater(reply: Reply): void {
    const later =
      reply.code === 421 ||
      (reply.code < 500 && reply.code >= 400 && /gr[ea]y-?list|too many|rate limit/i.test(reply.text))
    if (later) this.unsure(`it asks to come later: ${formatReply(reply)}`)
  }

  #fate(): string {
    const last = this.events.findLast(({ event }) =>
      ['bounced', 'deferred', 'held', 'expired', 'discarded'].includes(event),
    )
    return last === undefined ? 'it does not' : `${last.event}: ${last.reason ?? last.reply ?? last.text}`
  }

  #dialogue(): string[] {
    return dialogueOf(this.#transcripts)
  }
}
