import type { RunningContainer } from '../engine/running-host.ts'
import { MailrigError } from '../errors/mailrig-error.ts'
import type { Feature } from '../servers/feature.ts'
import { isProblem } from '../servers/log-event.ts'
import type { MtaAdapter } from '../servers/mta-adapter.ts'
import type { Exec, ExecResult, ServerHandle, Unlogged } from '../servers/operation.ts'
import type { Release } from '../servers/release.ts'
import type { RenderContext, ServerFile } from '../servers/rendering.ts'
import type { TopologyInput } from '../topology/schema.ts'
import { parseTopology } from '../topology/topology.ts'
import { CommandError } from './command-error.ts'
import { describePattern, type EventPattern, matchesEvent } from './event-match.ts'
import { insideOf } from './inside.ts'
import { type LoggedEvent, MessageTracker, type Scope, type TrackedLine } from './message-tracker.ts'
import { type MtaQueue, mtaQueue } from './mta-queue.ts'
import { settle } from './settle.ts'
import type { Traceable } from './traceable.ts'

/** The MTA of a rig: its queue, its log, its commands. */
export class RunningMta {
  readonly name: string
  readonly release: Release
  readonly files: readonly ServerFile[]
  readonly #adapter: MtaAdapter
  readonly #context: RenderContext
  readonly #container: RunningContainer
  readonly #tracker: MessageTracker
  /** What waits, and what an administrator does to it. */
  readonly queue: MtaQueue

  constructor(adapter: MtaAdapter, context: RenderContext, container: RunningContainer, files: readonly ServerFile[]) {
    this.name = adapter.name
    this.release = context.release
    this.files = files
    this.#adapter = adapter
    this.#context = context
    this.#container = container
    this.#tracker = new MessageTracker(adapter.readLog, insideOf(context.addresses))
    for (const line of container.logs.lines) this.#tracker.feed(line)
    container.logs.on((line) => this.#tracker.feed(line))
    this.queue = mtaQueue({
      adapter,
      tracker: this.#tracker,
      run: (command) => this.run(command),
      queueIdsOf: (message) => this.queueIdsOf(message),
      event: (pattern, timeoutMs) => this.log.event(pattern, timeoutMs),
      settle: (pending, waitingFor, timeoutMs) => this.#settle(pending, waitingFor, timeoutMs),
    })
    void container.exited.then(({ exitCode }) => this.#tracker.end(`${adapter.name} exited with code ${exitCode}`))
  }

  /** True, or the reason why this server does not have the feature. */
  supports(feature: Feature): true | string {
    return this.#adapter.supports(feature, this.release)
  }

  /** E.g. `3.7.11`. Costs a command in the container. */
  async version(): Promise<string> {
    const { command, parse } = this.#adapter.version
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
    await this.write(this.#adapter.render({ ...this.#context, topology: parseTopology(topology) }).files)
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
    if (this.#adapter.compileTables) await this.run(this.#adapter.compileTables)
  }

  /** Makes the daemon read its configuration again; resolves when it has, and greets. */
  async reload(): Promise<void> {
    await this.#adapter.reload(this.#handle())
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
        return logs.next(holds, `a log line of ${this.name} matching ${test}`, timeoutMs)
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
        if (!found) await logs.next(came, `${describePattern(pattern)}`, timeoutMs)
        if (!found) throw new Error('an event that came is there')
        return found
      },
    }
  }

  /** Whether each message, and all that came of it, has left the queue or been put off at least once. */
  atRest(message: Traceable): boolean {
    return this.#tracker.atRest(this.#heldIdsOf(message))
  }

  /** Calls `listener` whenever a message leaves the queue or is put off, and when the server is gone. Call the result to end that. */
  onRest(listener: () => void): () => void {
    return this.#tracker.onRest(listener)
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
    return this.#container.whileFrozen(action)
  }

  /** The queue id in the reply that accepted a message; undefined for every other reply. */
  queueIdIn(reply: { code: number; text: string }): string | undefined {
    return this.#adapter.queueIdOf(reply)
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
    return this.#settle(() => this.#tracker.open(wanted()), 'the queue to let go of', timeoutMs)
  }

  /** Resolves when the messages, and all that came of them, have left the queue or been put off. @throws {WaitError} */
  rested(messages: Traceable | readonly Traceable[], timeoutMs?: number, scope?: Scope): Promise<void> {
    const wanted = this.#wanted(messages, scope)
    return this.#settle(() => this.#tracker.busy(wanted()), 'the queue to deliver or put off', timeoutMs)
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
    return this.#container.takeAsResident()
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
    await this.#container.logs.next(
      () => find() !== undefined,
      `a line about ${queueIds} matching ${pattern}`,
      timeoutMs,
    )
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

  #settle(pending: () => string[], waitingFor: string, timeoutMs: number | undefined): Promise<void> {
    return settle(
      {
        tracker: this.#tracker,
        quiet: (ms) => this.#quiet(this.#adapter.unlogged(this.#context.topology), ms),
        read: (ms) => this.#quiet({ ...this.#adapter.unlogged(this.#context.topology), own: /^/, drops: [] }, ms),
        listed: async () => (await this.queue()).map(({ queueId }) => queueId),
      },
      { pending, waitingFor, timeoutMs },
    )
  }

  async #quiet(unlogged: Unlogged, timeoutMs: number): Promise<void> {
    try {
      await this.#container.untilQuiet(unlogged, timeoutMs)
    } catch (error) {
      // Of a server that is gone nothing more comes.
      if (this.ended === undefined) throw error
    }
  }

  #handle(): ServerHandle {
    return {
      exec: this.exec,
      write: (files) => this.write(files),
      nextLogLine: async (test, waitingFor) => (await this.#container.logs.next(test, waitingFor)).text,
    }
  }
}
