import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createSecureContext, type SecureContext } from 'node:tls'
import { sendMessage } from '../../session/send.ts'
import type { Facts, ServiceName } from '../../targets/facts.ts'
import { createAuthority } from '../../tls/authority.ts'
import { Certificates } from '../../tls/certificates.ts'
import { Upstream } from '../../upstream/upstream.ts'
import type { Subject, SubjectEvent } from '../subject.ts'
import { ACCOUNTS, DOMAINS, type FakeHost, HOST, SIZE_LIMIT, type Stored } from './fake-host.ts'
import type { Flaws } from './flaws.ts'
import { ImapPeer } from './imap-peer.ts'
import { Pop3Peer } from './pop3-peer.ts'
import { SievePeer } from './sieve-peer.ts'
import { SIGNING, signed } from './signer.ts'
import { SmtpPeer } from './smtp-peer.ts'

const ELSEWHERE = {
  domain: 'elsewhere.example',
  missing: 'missing.example',
  nullMx: 'null-mx.example',
  addressOnly: 'address-only.example',
  looping: 'looping.example',
}

/** To make one costs more than all the rest. */
const AUTHORITY = createAuthority()
const CERTIFICATES = AUTHORITY.then((authority) => new Certificates(authority))

interface Queued {
  id: string
  from: string
  to: string
  text: string
}

const ALIASES: Readonly<Record<string, readonly string[]>> = {
  'postmaster@example.com': ['jim@example.com'],
  'postmaster@example.net': ['jim@example.net'],
  [`postmaster@${HOST}`]: ['jim@example.com'],
  'abuse@example.com': ['petra@example.com'],
  'abuse@example.net': ['jim@example.net'],
  'sales@example.com': ['jim@example.com', 'petra@example.com'],
  'away@example.com': ['forwarded@elsewhere.example'],
}

/**
 * A mail host in memory that does what the checks ask for, and misbehaves as its flaws say: the negative control of each
 * check. It stands for no server and is under no test itself.
 */
export class FakeMailHost implements FakeHost, AsyncDisposable {
  readonly flaws: Flaws
  readonly mailboxes = new Map<string, Stored[]>(ACCOUNTS.map(({ address }) => [address, []]))
  readonly idling = new Set<() => void>()
  readonly scripts = new Map<string, Map<string, string>>()
  readonly activeScript = new Map<string, string>()
  readonly upstreams: Upstream[] = []
  context!: SecureContext
  authority!: string
  serving = 0
  readonly #ports = new Map<string, number>()
  readonly #servers: Server[] = []
  readonly #sockets = new Set<Socket>()
  readonly #events: (SubjectEvent & { queueId: string })[] = []
  readonly #answered = new Set<string>()
  #queue: Queued[] = []
  readonly #pending = new Set<Promise<unknown>>()
  #uid = 0
  #ids = 0

  private constructor(flaws: Flaws) {
    this.flaws = flaws
  }

  static async start(flaws: Flaws = {}): Promise<FakeMailHost> {
    const host = new FakeMailHost(flaws)
    await host.#start()
    return host
  }

  async #start(): Promise<void> {
    const { certificate: flaw, oldTls, onlyOldTls } = this.flaws
    const certificates = await CERTIFICATES
    this.authority = (await AUTHORITY).certificate
    const own = flaw === undefined ? await certificates.of(HOST) : await certificates.flawed(HOST, flaw)
    this.context = createSecureContext({
      cert: own.certificate,
      key: own.key,
      ...(oldTls || onlyOldTls ? { minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' } : { minVersion: 'TLSv1.2' }),
      ...(onlyOldTls ? { maxVersion: 'TLSv1.1' } : {}),
    })
    for (const name of ['upstream', 'other']) {
      const upstream = new Upstream({ name, host: `${name}.example`, issue: () => certificates.of(`${name}.example`) })
      upstream.auth = { accounts: { smart: 'host' }, required: false }
      await upstream.offerTls()
      this.upstreams.push(upstream)
      await this.#listen(name, (socket) => upstream.serve(socket, () => undefined))
    }
    for (const service of ['smtp', 'submission', 'submissions', 'lmtp'] as const) {
      await this.#listen(service, (socket) => new SmtpPeer(socket, this, service, false))
    }
    await this.#listen('lan smtp', (socket) => new SmtpPeer(socket, this, 'smtp', true))
    for (const service of ['imap', 'imaps'] as const)
      await this.#listen(service, (socket) => new ImapPeer(socket, this, service))
    for (const service of ['pop3', 'pop3s'] as const)
      await this.#listen(service, (socket) => new Pop3Peer(socket, this, service))
    await this.#listen('managesieve', (socket) => new SievePeer(socket, this))
  }

  async #listen(name: string, serve: (socket: Socket) => unknown): Promise<void> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
      serve(socket)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    this.#servers.push(server)
    this.#ports.set(name, (server.address() as AddressInfo).port)
  }

  get subject(): Subject {
    return {
      name: 'the fake mail host',
      facts: FACTS,
      authority: this.authority,
      endpoint: (service, side) => {
        const port = this.#ports.get(side === 'lan' && service === 'smtp' ? 'lan smtp' : service)
        return port === undefined ? undefined : { host: '127.0.0.1', port }
      },
      elsewhere: ELSEWHERE,
      upstreams: this.upstreams,
      signing: SIGNING,
      rested: () => this.rested(),
      events: (sessions) => {
        const said = sessions.map((one) => one.octets('received').toString()).join('')
        return this.#events.filter(({ queueId }) => said.includes(`queued as ${queueId} `))
      },
      flush: () => this.flush(),
      restart: async () => {
        if (this.flaws.losesQueue) this.#queue = []
      },
    }
  }

  /** Where a local address leads; undefined for none. */
  targetsOf(address: string): readonly string[] | undefined {
    const [local = '', domain = ''] = address.toLowerCase().split('@')
    const plain = `${local.replace(/\+.*$/, '')}@${domain}`
    if (this.mailboxes.has(plain)) return [plain]
    if (plain in ALIASES) return ALIASES[plain]
    return domain === 'example.net' ? ['jim@example.net'] : undefined
  }

  /** Takes responsibility; the id for the reply. */
  accept(from: string, to: readonly string[], text: string): string {
    this.#ids += 1
    const id = `Q${this.#ids}`
    this.#work(this.#deliver(id, from, to, text))
    return id
  }

  async rested(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending)
  }

  async flush(): Promise<void> {
    for (const queued of this.#queue.splice(0)) this.#work(this.#relay(queued))
    await this.rested()
  }

  store(address: string, text: string): void {
    this.#uid += 1
    this.mailboxes.get(address)?.push({ uid: this.#uid, text })
    if (!this.flaws.silentIdle) for (const tell of this.idling) tell()
  }

  holds(address: string): number {
    return (this.mailboxes.get(address) ?? []).reduce((sum, { text }) => sum + text.length, 0)
  }

  async #deliver(id: string, from: string, to: readonly string[], text: string): Promise<void> {
    const local = [...new Set(to.flatMap((one) => this.targetsOf(one) ?? []))]
    const own = local.filter((one) => this.mailboxes.has(one))
    for (const address of this.flaws.stores?.(own) ?? own) this.#storeFor(id, from, address, text)
    const remote = [
      ...local.filter((one) => !this.mailboxes.has(one)),
      ...to.filter((one) => !DOMAINS.includes(one.split('@')[1] ?? '')),
    ]
    for (const address of remote) await this.#relay({ id, from, to: address, text })
    for (const address of to) {
      if (DOMAINS.includes(address.split('@')[1] ?? '') && this.targetsOf(address) === undefined) {
        if (this.flaws.runsPrograms) this.#tell(id, 'delivered', `to ${address}`)
        else this.#bounce(id, from, address, 'unknown')
      }
    }
  }

  #storeFor(id: string, from: string, address: string, text: string): void {
    const quota = ACCOUNTS.find((one) => one.address === address)?.quota ?? Number.POSITIVE_INFINITY
    if (this.holds(address) + text.length > quota && this.flaws.ignoresQuota !== 'delivery') {
      this.#bounce(id, from, address, 'mailbox is full')
      return
    }
    const altered = this.flaws.alters
      ? this.flaws.alters(`Return-Path: <${from}>\r\n${text}`, 'stored')
      : `Return-Path: <${from}>\r\n${text}`
    if (altered === undefined) return
    this.store(address, altered)
    this.#tell(id, 'delivered', `to ${address}`)
    this.#onVacation(from, address, text)
  }

  #onVacation(from: string, address: string, text: string): void {
    if (!this.scripts.get(address)?.get(this.activeScript.get(address) ?? '')) return
    if (!this.flaws.answersLists && /^(?:List-Id|Precedence|Auto-Submitted):/im.test(text)) return
    if (this.#answered.has(from) && !this.flaws.answersTwice) return
    this.#answered.add(from)
    this.#work(
      this.#relay({
        id: 'vacation',
        from: '',
        to: from,
        text: `From: <${address}>\r\nTo: <${from}>\r\n\r\nI am away.\r\n`,
      }),
    )
  }

  async #relay(queued: Queued): Promise<void> {
    const { id, from, to, text } = queued
    const domain = to.split('@')[1] ?? ''
    const { flaws } = this
    const nowhere = domain === ELSEWHERE.missing || domain === ELSEWHERE.nullMx || domain === ELSEWHERE.looping
    if (nowhere || (flaws.refusesAddressOnly && domain === ELSEWHERE.addressOnly)) {
      if (flaws.neverGivesUp) this.#tell(id, 'deferred', `${domain}: try later`)
      else this.#bounce(id, from, to, 'nobody takes mail there')
      return
    }
    const clean = flaws.sendsBareLineEnds ? text : text.replaceAll(/\r(?!\n)/g, '').replaceAll(/(?<!\r)\n/g, '\r\n')
    const sealed = await signed(clean, from, flaws)
    const altered = flaws.alters ? flaws.alters(sealed, 'relayed') : sealed
    if (altered === undefined) return
    const envelope = flaws.altersEnvelope?.({ from, to, helo: HOST }) ?? { from, to, helo: HOST }
    const port = this.#ports.get(flaws.nextHop === 'other' ? 'other' : 'upstream') ?? 0
    const { rejected } = await sendMessage({
      endpoint: { host: '127.0.0.1', port },
      envelope: { from: envelope.from, to: envelope.to },
      helo: envelope.helo,
      content: Buffer.from(altered, 'latin1'),
      expectRefusal: true,
      tls: flaws.ignoresTls ? false : 'starttls',
      auth: { user: 'smart', password: 'host' },
    })
    const [refused] = rejected
    if (!refused) this.#tell(id, 'delivered', `to ${to}`)
    else if (refused.reply.code >= 500 || flaws.givesUpAtOnce) this.#bounce(id, from, to, refused.reply.text)
    else {
      this.#queue.push(queued)
      this.#tell(id, 'deferred', refused.reply.text)
    }
  }

  #bounce(id: string, from: string, to: string, why: string): void {
    this.#tell(id, 'bounced', `${to}: ${why}`)
    if (from === '' && !this.flaws.bouncesBounces) return
    const type = this.flaws.noticeIsText ? 'text/plain' : 'multipart/report; report-type=delivery-status; boundary=b'
    const text = `From: <>\r\nTo: <${from}>\r\nContent-Type: ${type}\r\n\r\nCould not be delivered: ${to}: ${why}\r\n`
    for (let count = 0; count < (this.flaws.notices ?? 1); count += 1) {
      if (this.mailboxes.has(from)) this.store(from, text)
      else this.#work(this.#relay({ id, from: '', to: from || 'postmaster@elsewhere.example', text }))
    }
  }

  #work(work: Promise<unknown>): void {
    const done = work.finally(() => this.#pending.delete(done))
    this.#pending.add(done)
  }

  #tell(queueId: string, event: SubjectEvent['event'], text: string): void {
    this.#events.push({ event, queueId, text: `${queueId}: ${event}: ${text}` })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const upstream of this.upstreams) upstream.close()
    for (const socket of this.#sockets) socket.destroy()
    await Promise.all(
      this.#servers.map(async (server) => {
        server.close()
        await once(server, 'close')
      }),
    )
  }
}

const SERVICES: readonly ServiceName[] = [
  'smtp',
  'submission',
  'submissions',
  'imap',
  'imaps',
  'pop3',
  'pop3s',
  'managesieve',
  'lmtp',
]

const FACTS: Facts = {
  host: HOST,
  domains: [
    { name: 'example.com', kind: 'virtual-mailbox' },
    { name: 'example.net', kind: 'virtual-mailbox' },
  ],
  accounts: ACCOUNTS,
  aliases: Object.entries(ALIASES).map(([address, to]) => ({ address, to })),
  catchAll: ['example.net'],
  unknown: ['nobody-has-this-name@example.com'],
  recipientDelimiter: '+',
  sizeLimit: SIZE_LIMIT,
  services: SERVICES.map((service) => ({ service, port: 1 })),
  trusted: ['lan'],
  smarthost: 'upstream',
  origins: {},
}
