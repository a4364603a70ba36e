import type { RunningHost } from '../engine/running-host.ts'
import { MailrigError, UnsupportedError, WaitError } from '../errors/mailrig-error.ts'
import { patience } from '../metrics/patience.ts'
import type { RigAddresses } from '../servers/addresses.ts'
import type { Feature } from '../servers/feature.ts'
import { isProblem } from '../servers/log-event.ts'
import type { Exec, ExecResult, Memory, ServerHandle, Unlogged } from '../servers/operation.ts'
import type { Release } from '../servers/release.ts'
import type { ServerFile } from '../servers/rendering.ts'
import type { MtaServer } from '../servers/server.ts'
import type { CarriedMta } from '../targets/target.ts'
import type { TopologyInput } from '../topology/schema.ts'
import { parseTopology, type Topology } from '../topology/topology.ts'
import { CommandError } from './command-error.ts'
import { describePattern, type EventPattern, matchesEvent } from './event-match.ts'
import { insideOf } from './inside.ts'
import { DEFAULT_WAIT_MS, type LoggedEvent, MessageTracker, type Scope, type TrackedLine } from './message-tracker.ts'
import { type MtaQueue, mtaQueue } from './mta-queue.ts'
import { restByQueue } from './rest-by-queue.ts'
import { settle } from './settle.ts'
import type { Traceable } from './traceable.ts'
import { has, notDescribed, RUNS_AS_ITS_IMAGE } from './unsupported.ts'

interface Parts {
  container: RunningHost
  topology: Topology
  addresses: RigAddresses
  /**
   * Where nobody sees what runs on its host: its queue alone tells when it is done with messages, as far as a queue can.
   * Absent: such a host cannot tell.
   */
  restsByQueue?: boolean
}

/** The MTA of a rig: its queue, its log, its commands. What its server has no part for throws an UnsupportedError. */
export class RunningMta {
  readonly name: string
  /** The Debian release it comes from, or what else tells it from others in reports. */
  readonly release: string
  readonly files: readonly ServerFile[]
  /** Whether mailrig has to understand each line of its log about a message; see `CarriedMta`. */
  readonly logIsKnown: boolean
  /** What it keeps in mind of the mail it has handled, beside its queue. */
  readonly memory: Memory | undefined
  readonly #carried: CarriedMta
  readonly #server: MtaServer
  readonly #topology: Topology
  readonly #container: RunningHost
  readonly #tracker: MessageTracker
  readonly #restsByQueue: boolean
  /** What waits, and what an administrator does to it. */
  readonly queue: MtaQueue

  constructor(carried: CarriedMta, { container, topology, addresses, restsByQueue = false }: Parts) {
    const { server, release, files, logIsKnown } = carried
    this.name = server.name
    this.release = release
    this.files = files
    this.logIsKnown = logIsKnown
    this.memory = server.memory
    this.#carried = carried
    this.#server = server
    this.#topology = topology
    this.#container = container
    this.#restsByQueue = restsByQueue
    this.#tracker = new MessageTracker(server.readLog ?? (() => ({ event: 'raw' })), insideOf(addresses))
    for (const line of container.logs.lines) this.#tracker.feed(line)
    container.logs.on((line) => this.#tracker.feed(line))
    const unlogged = server.unlogged?.(topology)
    const untilRead = unlogged && (() => this.#untilRead(unlogged, patience(DEFAULT_WAIT_MS)))
    this.queue = mtaQueue({
      server,
      tracker: this.#tracker,
      run: (command) => this.run(command),
      read: container.untilQuiet && untilRead,
      queueIdsOf: (message) => this.queueIdsOf(message),
      event: (pattern, timeoutMs) => this.log.event(pattern, timeoutMs),
      settle: (pending, waitingFor, timeoutMs) => this.#settle(pending, waitingFor, timeoutMs),
    })
    void container.exited.then(({ exitCode }) => this.#tracker.end(`${server.name} exited with code ${exitCode}`))
  }

  /** True, or the reason why this server does not have the feature. */
  supports(feature: Feature): true | string {
    return this.#server.supports?.(feature, this.release as Release) ?? `nobody told whether ${this.name} has it`
  }

  /**
   * Goes on where this server has the feature, and ends the test as *unsupported* where it has not: for a single test of a
   * file whose other tests do not need it.
   *
   * @throws {UnsupportedError} with the reason
   */
  requires(feature: Feature): void {
    const answer = this.supports(feature)
    if (answer === true) return
    throw new UnsupportedError(answer, {
      code: 'TARGET_CANNOT',
      remedy: `Leave this to servers that have the feature ${JSON.stringify(feature)}.`,
    })
  }

  /** E.g. `3.7.11`. Costs a command in the container. */
  async version(): Promise<string> {
    const { command, parse } = this.#part('version', 'tell the version of')
    return parse((await this.run(command)).stdout)
  }

  /** Runs a command in the server's container and gives its result, whatever the exit code. */
  get exec(): Exec {
    return (command, options) => this.#container.exec(command, options)
  }

  /** Runs a command that has to succeed. @throws {CommandError} with its output. */
  async run(command: string[]): Promise<ExecResult> {
    const result = await this.exec(command)
    if (result.exitCode !== 0) throw new CommandError(command, this.name, result)
    return result
  }

  /** Makes the daemon try everything in the queue now. */
  flush(): Promise<void> {
    return this.queue.flush()
  }

  /**
   * Renders another topology into the running server's files. Takes effect by `compileTables` and `reload`. Networks,
   * DNS and upstreams stay as the rig was started.
   *
   * @throws {TopologyError} naming every wrong place; nothing is written.
   */
  async configure(topology: TopologyInput): Promise<void> {
    const render = has(this.#carried.render, `configure ${this.name} anew`, 'mailrig did not write its configuration')
    await this.write([...render(parseTopology(topology))])
  }

  /** Replaces files in the container; owned by root. */
  async write(files: ServerFile[]): Promise<void> {
    await this.#container.write(files)
  }

  /** A file or directory of the container. @throws {MailrigError} when there is none. */
  read(path: string) {
    return this.#container.read(path)
  }

  /** Runs the command that compiles lookup tables, where this server has one. */
  async compileTables(): Promise<void> {
    const { compileTables } = this.#server
    if (compileTables) await this.run(compileTables)
  }

  /** Makes the daemon read its configuration again; resolves when it has, and greets. */
  async reload(): Promise<void> {
    await this.#part('reload', 'reload').call(this.#server, this.#handle())
    // A daemon that starts anew says so before it listens.
    await this.#container.greeted()
  }

  /** The log so far, line by line and read, and waits for what comes. */
  get log() {
    const logs = this.#container.logs
    const tracker = this.#tracker
    return {
      lines: logs.lines as readonly TrackedLine[],
      /** The same lines, each with what it says; those not understood are `raw`. */
      events: tracker.events as readonly LoggedEvent[],
      /** The lines about this message and what came of it. */
      linesOf: (message: Traceable): TrackedLine[] => tracker.eventsOf(this.queueIdsOf(message)),
      eventsOf: (message: Traceable): LoggedEvent[] => tracker.eventsOf(this.queueIdsOf(message)),
      /** What `egrep '(reject|warning|error|fatal|panic):'` finds in Postfix's log, for every MTA. */
      problems: (): LoggedEvent[] => tracker.events.filter(isProblem),
      /** Lines that name a message and were not understood. */
      unread: (): LoggedEvent[] => tracker.unread(),
      /** Calls `listener` with each event from now on. Call the result to end that. */
      on: (listener: (event: LoggedEvent) => void): (() => void) =>
        logs.on(() => {
          // The tracker has read a line before those who listen to lines are told of it.
          const event = tracker.events.at(-1)
          if (event) listener(event)
        }),
      /** The first line after this call for which `test` holds. */
      next: (test: RegExp | ((line: string) => boolean), timeoutMs?: number): Promise<TrackedLine> => {
        const holds = typeof test === 'function' ? test : (text: string) => test.test(text)
        return this.#seen(logs.next(holds, `a log line of ${this.name} matching ${test}`, timeoutMs))
      },
      /** The first event that fits, there already or to come. @throws {WaitError} after `timeoutMs` (default 10 000). */
      event: async (pattern: EventPattern, timeoutMs?: number): Promise<LoggedEvent> => {
        let found = tracker.events.find((event) => matchesEvent(event, pattern))
        // The tracker has read a line before those who wait for lines are told of it.
        const last = () => tracker.events.at(-1)
        const came = () => {
          const event = last()
          if (event && matchesEvent(event, pattern)) found = event
          return found !== undefined
        }
        if (!found) await this.#seen(logs.next(came, `${describePattern(pattern)}`, timeoutMs))
        if (!found) throw new Error('an event that came is there')
        return found
      },
    }
  }

  /** Whether each message, and all that came of it, has left the queue or been put off at least once. */
  atRest(message: Traceable): boolean {
    return this.#tracker.atRest(this.#heldIdsOf(message))
  }

  /** How many messages the log says it has taken in and not let go of. */
  get held(): number {
    return this.#tracker.held
  }

  /** The queue ids of those. */
  heldIds(): string[] {
    return this.#tracker.queued()
  }

  /** Keeps of its log the last so many lines, and of each message what the log said of it until `letGo`. */
  keepLast(lines: number): void {
    this.#container.logs.keepLast?.(lines)
    this.#tracker.keepLast(lines)
  }

  /** Forgets what the log said of these, as soon as they have left the queue. */
  letGo(queueIds: Iterable<string>): void {
    this.#tracker.letGo(queueIds)
  }

  /** Why messages that wait do so: the last line of the log about each, for so many of them. */
  waiting(most: number): string[] {
    return this.#tracker.lastLines(this.#tracker.queued().slice(0, most))
  }

  /** Calls `listener` whenever a message leaves the queue or is put off, and when the server is gone. Call the result to end that. */
  onRest(listener: () => void): () => void {
    return this.#tracker.onRest(listener)
  }

  /**
   * Asks a server that was started anew what is in its queue: what the log told of until then may be gone from there, or
   * back.
   *
   * @param since when it went, ms since the epoch
   */
  async takeStock(since: number): Promise<void> {
    const listed = (await this.queue()).map(({ queueId }) => queueId)
    this.#tracker.startedAnew(since, new Set(listed))
  }

  /** Why the server is gone; undefined while it runs. */
  get ended(): string | undefined {
    return this.#tracker.ended
  }

  /**
   * Stops the server in its tracks for as long as `action` takes: what is said to it meanwhile waits for it, all at
   * once. The kernel goes on taking connections.
   */
  whileFrozen<T>(action: () => Promise<T>): Promise<T> {
    const { whileFrozen } = this.#container
    return has(whileFrozen, `stop ${this.name} in its tracks`, RUNS_AS_ITS_IMAGE)(action)
  }

  /** The queue id in the reply that accepted a message; undefined for every other reply. */
  queueIdIn(reply: { code: number; text: string }): string | undefined {
    return this.#server.queueIdOf?.(reply)
  }

  /** Every queue id the message has had here, oldest first: a message may pass the queue more than once. */
  queueIdsOf(message: Traceable): string[] {
    const byMessageId = message.messageId === undefined ? [] : this.#tracker.queueIdsOf(message.messageId)
    return [...new Set([...(message.queueIds ?? []), ...byMessageId])]
  }

  /** A message of this queue id, with its Message-ID where the log has told it. */
  identify(queueId: string): Traceable {
    const messageId = this.#tracker.messageIdOf(queueId)
    return { queueIds: [queueId], ...(messageId === undefined ? {} : { messageId }) }
  }

  /** The first of `queueIdsOf`. @throws {MailrigError} when the MTA never took the message. */
  queueIdOf(message: Traceable): string {
    const [first] = this.queueIdsOf(message)
    if (first === undefined) {
      throw new MailrigError(`${this.name} has no message ${message.messageId ?? ''} in its log`, {
        code: 'NOT_QUEUED',
      })
    }
    return first
  }

  /**
   * Resolves when the queue holds neither the messages nor anything made because of them, and nothing is under way that
   * could make more: a vacation answer, a redirected copy, what a program behind an alias sends.
   *
   * @param scope also all that was taken in since then
   * @throws {WaitError} after `timeoutMs` (default 10 000), with what is still queued and why, or what still runs.
   */
  settled(messages: Traceable | readonly Traceable[], timeoutMs?: number, scope?: Scope): Promise<void> {
    const wanted = this.#wanted(messages, scope)
    if (this.#restsByQueue) return restByQueue(this, { gone: wanted, timeoutMs })
    return this.#settle(() => this.#tracker.open(wanted()), 'the queue to let go of', timeoutMs)
  }

  /** Resolves when the messages, and all that came of them, have left the queue or been put off. @throws {WaitError} */
  rested(messages: Traceable | readonly Traceable[], timeoutMs?: number, scope?: Scope): Promise<void> {
    if (this.#restsByQueue) return restByQueue(this, { timeoutMs })
    const wanted = this.#wanted(messages, scope)
    return this.#settle(() => this.#tracker.busy(wanted()), 'the queue to deliver or defer', timeoutMs)
  }

  /** Every queue id of the messages, of those in the scope, and of all that came of them for sure. */
  familyOf(messages: readonly Traceable[], scope?: Scope): string[] {
    return this.#tracker.certainFamily(this.#wanted(messages, scope)())
  }

  /**
   * From now on, what runs beside the server is part of it, and no wait asks for its end: a program that a test has
   * started, for example. Done at the boot.
   */
  takeAsResident(): Promise<void> {
    const { takeAsResident } = this.#container
    return has(takeAsResident, `tell apart what runs beside ${this.name}`, RUNS_AS_ITS_IMAGE)()
  }

  /**
   * The first log line about the message that fits, there already or to come.
   *
   * @throws {WaitError} after `timeoutMs` (default 10 000), with the last lines of the log.
   */
  async logged(message: Traceable, pattern: RegExp, timeoutMs?: number): Promise<TrackedLine> {
    const find = () => this.log.linesOf(message).find(({ text }) => pattern.test(text))
    const there = find()
    if (there) return there
    const queueIds = this.queueIdsOf(message).join(', ')
    const wanted = `a line about ${queueIds} matching ${pattern}`
    await this.#seen(this.#container.logs.next(() => find() !== undefined, wanted, timeoutMs))
    const came = find()
    if (!came) throw new Error('a line that came is there')
    return came
  }

  /**
   * The ids to wait for. A message refused at its end may have had an id that the log names, and then never tells of
   * again: Postfix begins a queue file with MAIL, and throws it away without a word.
   */
  #heldIdsOf(message: Traceable): string[] {
    const refused = message.queueIds?.length === 0
    return refused ? [] : this.queueIdsOf(message)
  }

  #wanted(messages: Traceable | readonly Traceable[], scope: Scope | undefined): () => string[] {
    const list = Array.isArray(messages) ? (messages as readonly Traceable[]) : [messages as Traceable]
    return () => [...list.flatMap((message) => this.#heldIdsOf(message)), ...(scope ? this.#tracker.within(scope) : [])]
  }

  async #settle(pending: () => string[], waitingFor: string, timeoutMs: number | undefined): Promise<void> {
    const doing = `tell whether ${this.name} still has something under way`
    has(this.#server.readLog, doing, notDescribed(this.name))
    const unlogged = has(this.#server.unlogged, doing, notDescribed(this.name)).call(this.#server, this.#topology)
    has(this.#container.untilQuiet, doing, RUNS_AS_ITS_IMAGE)
    if (!this.logIsKnown) this.#refuseUnread(doing)
    await settle(
      {
        tracker: this.#tracker,
        quiet: (ms) => this.#untilQuiet(unlogged, ms),
        read: (ms) => this.#untilRead(unlogged, ms),
        listed: async () => (await this.queue()).map(({ queueId }) => queueId),
      },
      { pending, waitingFor, timeoutMs },
    )
    if (!this.logIsKnown) this.#refuseUnread(doing)
  }

  /** Resolves when all that the server has logged by now was read. */
  #untilRead(unlogged: Unlogged, timeoutMs: number): Promise<void> {
    return this.#untilQuiet({ ...unlogged, own: /^/, drops: [] }, timeoutMs)
  }

  async #untilQuiet(spec: Unlogged, timeoutMs: number): Promise<void> {
    try {
      await this.#container.untilQuiet?.(spec, timeoutMs)
    } catch (error) {
      // Of a server that is gone nothing more comes.
      if (this.ended === undefined) throw error
    }
  }

  /**
   * What a wait for the log gives. Where a host keeps its log elsewhere, that nothing came tells nothing of the server.
   *
   * @throws {UnsupportedError} then, in place of {WaitError}
   */
  async #seen<T>(wait: Promise<T>): Promise<T> {
    try {
      return await wait
    } catch (error) {
      const unseen = this.#restsByQueue && this.#tracker.events.every(({ event }) => event === 'raw')
      if (!(error instanceof WaitError && unseen)) throw error
      return has<T>(undefined, `read the log of ${this.name}`, 'nothing of it came by the output of its container')
    }
  }

  /** A line about a message that is not understood may be the one that tells of its end. @throws {UnsupportedError} */
  #refuseUnread(doing: string): void {
    const [unread] = this.#tracker.unread()
    has(unread === undefined ? true : undefined, doing, `it does not understand this line of the log: ${unread?.text}`)
  }

  /** A part of the server that not every one has. @throws {UnsupportedError} */
  #part<K extends 'version' | 'reload'>(part: K, doing: string): NonNullable<MtaServer[K]> {
    return has<MtaServer[K]>(this.#server[part], `${doing} ${this.name}`, notDescribed(this.name)) as NonNullable<
      MtaServer[K]
    >
  }

  #handle(): ServerHandle {
    return {
      exec: this.exec,
      write: (files) => this.write(files),
      nextLogLine: async (test, waitingFor) => (await this.#container.logs.next(test, waitingFor)).text,
    }
  }
}
