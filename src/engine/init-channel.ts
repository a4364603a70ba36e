import { EngineError } from '../errors/mailrig-error.ts'
import type { ExecResult } from './exec.ts'
import { frameReader } from './frames.ts'
import { type Segment, segmentReader } from './segments.ts'

/** What init.pl is told. Its head says what each answers. */
export type InitCommand =
  | 'boot'
  | 'run'
  | 'read'
  | 'write'
  | 'freeze'
  | 'thaw'
  | 'settle'
  | 'quiet'
  | 'reset'
  | 'cpu'
  | 'expect'
  | 'rest'
  | 'renew'
  | 'crash'
  | 'kill'

export interface InitRequest {
  /** Under which `ended` may tell of the server it booted. */
  id: string
  /** Resolves when the command has ended. @throws {EngineError} when the container, or the server, ends first. */
  result: Promise<{ code: number; text: string; output: ExecOutput }>
}

type ExecOutput = Record<'stdout' | 'stderr', Buffer>

interface Pending {
  stdout: Buffer[]
  stderr: Buffer[]
  /** How many streams still have to bring the end. */
  ends: number
  resolve(result: { code: number; text: string; output: ExecOutput }): void
  reject(error: Error): void
}

export interface InitListener {
  /** Output of the server. */
  text(which: 'stdout' | 'stderr', octets: Buffer): void
  /** The server that was booted under this id has ended by itself; all it wrote has come. */
  ended(id: string, exitCode: number): void
  /** The container has ended. */
  closed(): void
}

/** Speaks to init.pl through the container's standard input and output, as the engine carries them. */
export class InitChannel {
  readonly #socket: NodeJS.ReadWriteStream
  readonly #name: string
  readonly #listener: InitListener
  readonly #pending = new Map<string, Pending>()
  readonly #endings = new Set<string>()
  #serial = 0
  #closed = false

  constructor(socket: NodeJS.ReadWriteStream, options: { name: string; token: string; listener: InitListener }) {
    this.#socket = socket
    this.#name = options.name
    this.#listener = options.listener
    const readers = { stdout: this.#reader('stdout', options.token), stderr: this.#reader('stderr', options.token) }
    socket.on(
      'data',
      frameReader((which, payload) => readers[which](payload)),
    )
    for (const event of ['end', 'close', 'error']) socket.on(event, () => this.#close())
  }

  /** Fields end with NUL; the last may be any octets. */
  request(command: InitCommand, fields: readonly string[], last: Buffer | string = ''): InitRequest {
    this.#serial += 1
    const id = String(this.#serial)
    const result = new Promise<{ code: number; text: string; output: ExecOutput }>((resolve, reject) => {
      if (this.#closed) return reject(this.#gone())
      // What empties both streams tells so on both.
      const ends = ['reset', 'rest', 'renew', 'crash'].includes(command) ? 2 : 1
      this.#pending.set(id, { stdout: [], stderr: [], ends, resolve, reject })
      const payload = Buffer.concat([Buffer.from(fields.map((field) => `${field}\0`).join('')), Buffer.from(last)])
      this.#socket.write(Buffer.concat([Buffer.from(`${command} ${id} ${payload.length}\n`), payload]))
    })
    return { id, result }
  }

  /** Whatever else was asked gets no answer any more. */
  forsake(why: string): void {
    this.#rejectAll(new EngineError(`${why} in ${this.#name}`, { code: 'EXEC_FAILED' }))
  }

  #reader(which: 'stdout' | 'stderr', token: string) {
    return segmentReader(token, {
      text: (octets) => this.#listener.text(which, octets),
      segment: (segment) => this.#take(segment),
    })
  }

  #take({ id, kind, payload }: Segment): void {
    if (kind === 'd') {
      this.#serverEnded(id, Number(payload.toString()))
      return
    }
    const pending = this.#pending.get(id)
    if (!pending) return
    // Not a copy by itself: the segment is a view of a buffer that goes on growing.
    if (kind === 'o' || kind === 'e') pending[kind === 'o' ? 'stdout' : 'stderr'].push(Buffer.from(payload))
    if (kind !== 'x') return
    pending.ends -= 1
    if (pending.ends > 0) return
    this.#pending.delete(id)
    const text = payload.toString()
    const [code = ''] = text.split(' ', 1)
    pending.resolve({
      code: Number(code),
      text: text.slice(code.length + 1),
      output: { stdout: Buffer.concat(pending.stdout), stderr: Buffer.concat(pending.stderr) },
    })
  }

  /** Told on both streams, so that the second comes after all that was written to either. */
  #serverEnded(id: string, exitCode: number): void {
    if (!this.#endings.delete(id)) {
      this.#endings.add(id)
      return
    }
    this.#rejectAll(
      new EngineError(`the server of ${this.#name} ended with exit code ${exitCode}, and every process with it`, {
        code: 'EXEC_FAILED',
        remedy: 'See the log of the server for why it ended.',
      }),
    )
    this.#listener.ended(id, exitCode)
  }

  #close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#rejectAll(this.#gone())
    this.#listener.closed()
  }

  #rejectAll(error: Error): void {
    for (const { reject } of this.#pending.values()) reject(error)
    this.#pending.clear()
  }

  #gone(): EngineError {
    return new EngineError(`the container ${this.#name} is gone`, {
      code: 'EXEC_FAILED',
      remedy: 'See whether it was removed, or the engine restarted.',
    })
  }
}

/** The result as a command's. Output is read as UTF-8. */
export function asExecResult({ code, text, output }: { code: number; text: string; output: ExecOutput }): ExecResult {
  return { exitCode: code, stdout: output.stdout.toString(), stderr: output.stderr.toString() + text }
}
