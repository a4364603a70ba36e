import type { LogLine } from '../engine/log-follower.ts'
import type { RunningHost } from '../engine/running-host.ts'
import type { LogEvent } from '../servers/log-event.ts'
import type { Exec, ExecResult } from '../servers/operation.ts'
import type { ServerFile } from '../servers/rendering.ts'
import type { StoreServer } from '../servers/server.ts'
import type { FolderStatus, Question, QuotaRow, StoredFields, StoredPlace } from '../servers/store.ts'
import { STORE_PORTS } from '../servers/store-ports.ts'
import { openSession, type Session, type SessionOptions } from '../session/session.ts'
import type { CarriedStore } from '../targets/target.ts'
import { CommandError } from './command-error.ts'
import { has, notDescribed } from './unsupported.ts'

interface Parts {
  container: RunningHost
  /** Who can log in. */
  users: readonly string[]
  /** Whether a line of the host's log is the store's own, where other servers write there, too. */
  owns?: (line: string) => boolean
}

/** The mail store of a rig: its log, and what its own tools tell. Each question costs a command in the container. */
export class RunningStore {
  readonly name: string
  /** The Debian release it comes from, or what else tells it from others in reports. */
  readonly release: string
  readonly files: readonly ServerFile[]
  readonly #server: StoreServer
  readonly #container: RunningHost
  readonly #users: readonly string[]
  readonly #owns: Parts['owns']

  constructor(carried: CarriedStore, { container, users, owns }: Parts) {
    this.name = carried.server.name
    this.release = carried.release
    this.files = carried.files
    this.#server = carried.server
    this.#container = container
    this.#users = users
    this.#owns = owns
  }

  /** E.g. `2.4.1-4`. */
  version(): Promise<string> {
    return this.#ask(this.#part('version', 'tell the version of'))
  }

  /** A setting as the daemon reads it, e.g. `ssl_min_protocol`; undefined where it has none of that name. */
  conf(name: string): Promise<string | undefined> {
    return this.#ask(this.#part('setting', 'tell a setting of')(name))
  }

  /** The folders of a user, as the store's tools list them. */
  folders(user: string): Promise<string[]> {
    return this.#ask(this.#part('folders', 'list the folders of')(user))
  }

  /** What IMAP's STATUS would tell of a folder. @throws {CommandError} where there is no such user or folder. */
  status(user: string, folder = 'INBOX'): Promise<FolderStatus> {
    return this.#ask(this.#part('status', 'tell the status of a folder of')(user, folder))
  }

  /**
   * Fields of a user's messages that match, fields and query in the store's own words.
   *
   * @example
   * await store.fetch('jim@example.com', ['mailbox', 'uid', 'flags'], ['SUBJECT', 'Hello'])
   */
  fetch(user: string, fields: readonly string[], query: readonly string[] = ['ALL']): Promise<StoredFields[]> {
    return this.#ask(this.#part('fetch', 'fetch messages from')(user, fields, query))
  }

  /** What the user's mailboxes hold and may hold together. */
  quota(user: string): Promise<QuotaRow[]> {
    return this.#ask(this.#part('quota', 'tell a quota of')(user))
  }

  /** Where messages are, by Message-ID without angle brackets, in the mailboxes the topology declares. */
  async find(messageIds: readonly string[]): Promise<StoredPlace[]> {
    if (messageIds.length === 0) return []
    const find = this.#part('find', 'find messages in')
    return (await Promise.all(this.#users.map((user) => this.#ask(find(user, messageIds))))).flat()
  }

  /** Hands a message to the store's delivery agent, as an MTA on the same host would; its exit code is of sysexits.h. */
  deliver(user: string, message: string, sender = 'marc@client.example'): Promise<ExecResult> {
    return this.#container.ask(this.#part('deliver', 'deliver a message by the delivery agent of')(user, sender), {
      input: message,
    })
  }

  /** An LMTP session, as the MTA has them (RFC 2033). */
  lmtp(options: Omit<Partial<SessionOptions>, 'host' | 'port' | 'protocol'> = {}): Promise<Session> {
    return openSession({ ...options, ...this.endpoint('lmtp'), protocol: 'lmtp' })
  }

  /** Where a service answers, seen from this process. */
  endpoint(service: keyof typeof STORE_PORTS): { host: string; port: number } {
    return this.#container.endpoint(STORE_PORTS[service], 'lan')
  }

  /**
   * Runs a command in the server's container and gives its result, whatever the exit code. The next rig has this server
   * booted anew.
   */
  get exec(): Exec {
    return this.#container.exec
  }

  /** Runs a command that has to succeed. @throws {CommandError} with its output. */
  async run(command: string[]): Promise<ExecResult> {
    return this.#succeeded(command, await this.exec(command))
  }

  /** The regular files at a path of the container, none where there is no such path. */
  read(path: string) {
    return this.#container.read(path)
  }

  /** The log of its host. */
  get log() {
    return this.#container.logs
  }

  /**
   * The first line of its host's log for which `test` holds, there already or to come: a mailbox may have a message before the
   * log tells of it.
   *
   * @throws {WaitError} after `timeoutMs` (default 10 000), with the last lines of the log
   */
  async logged(test: RegExp, timeoutMs?: number): Promise<LogLine> {
    const { lines } = this.#container.logs
    return (
      lines.find(({ text }) => test.test(text)) ??
      this.#container.logs.next((text) => test.test(text), `a log line of ${this.name} matching ${test}`, timeoutMs)
    )
  }

  /** Its own lines of that log so far. */
  get lines() {
    const { lines } = this.#container.logs
    return this.#owns ? lines.filter(({ text }) => this.#owns?.(text)) : lines
  }

  /** Whether a line of its host's log is its own, and no other server's. */
  owns(line: string): boolean {
    return this.#owns?.(line) ?? true
  }

  /** Whether the MTA writes into the same log. */
  get sharesLog(): boolean {
    return this.#owns !== undefined
  }

  /** What a line of its log says; `raw` where it is not understood. */
  readLog(line: string): LogEvent {
    return this.#server.readLog?.(line) ?? { event: 'raw' }
  }

  /** A part of the server that not every one has. @throws {UnsupportedError} */
  #part<K extends keyof StoreServer>(part: K, doing: string): NonNullable<StoreServer[K]> {
    const found = has<StoreServer[K]>(this.#server[part], `${doing} ${this.name}`, notDescribed(this.name))
    return (typeof found === 'function' ? found.bind(this.#server) : found) as NonNullable<StoreServer[K]>
  }

  async #ask<T>({ command, parse }: Question<T>): Promise<T> {
    return parse(this.#succeeded(command, await this.#container.ask(command)).stdout)
  }

  #succeeded(command: string[], result: ExecResult): ExecResult {
    if (result.exitCode !== 0) throw new CommandError(command, this.name, result)
    return result
  }
}
