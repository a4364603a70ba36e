import { StringDecoder } from 'node:string_decoder'
import { WaitError } from '../errors/mailrig-error.ts'
import { epochNow } from '../metrics/clock.ts'
import { bound } from '../metrics/patience.ts'
import { timed } from '../metrics/waits.ts'

export interface LogLine {
  /** When it was read, in milliseconds since the epoch. */
  at: number
  text: string
  stream: 'stdout' | 'stderr'
}

/** A container's output, from its first line on, as it comes. */
export interface LogFollower {
  readonly lines: readonly LogLine[]
  /** Calls `listener` with each line from now on. Call the result to end that. */
  on(listener: (line: LogLine) => void): () => void
  /**
   * The first line after the call for which `test` holds.
   *
   * @throws {WaitError} naming `waitingFor` after `timeoutMs` (default 10 000 of an idle machine), and at once when the output has ended.
   */
  next(test: (line: string) => boolean, waitingFor: string, timeoutMs?: number): Promise<LogLine>
  /** From now on keeps the last so many lines, or up to twice as many. Absent: it keeps all. */
  keepLast?(lines: number): void
  /** Resolves when the output has ended: with the server, or the rig. */
  readonly ended: Promise<void>
  /** Where the lines come from, and what is wrong there, in words. Absent: from the container's output. */
  sources?: () => readonly string[]
}

/** The end of a log that its source writes to. */
export interface LogSink {
  log: LogFollower
  write(which: 'stdout' | 'stderr', octets: Buffer): void
  /** Who wrote it is gone, in the middle of a line perhaps; another goes on. */
  breakOff(): void
  /** No more will come. */
  end(): void
}

const USUAL_MS = 10_000

/** A log of what is written to it, but for lines that `leaveOut` takes. `name` is the container's, for messages. */
export function createLog(name: string, leaveOut: (line: string) => boolean = () => false): LogSink {
  const lines: LogLine[] = []
  const listeners = new Set<(line: LogLine) => void>()
  const waiting = new Set<(reason: string) => void>()
  const { promise: ended, resolve: resolveEnded } = Promise.withResolvers<void>()
  let over = false
  let keep = Number.POSITIVE_INFINITY

  const push = (line: LogLine) => {
    if (leaveOut(line.text)) return
    if (lines.length >= 2 * keep) lines.splice(0, lines.length - keep)
    lines.push(line)
    for (const listener of [...listeners]) listener(line)
  }
  const splitters = {
    stdout: lineSplitter((text) => push({ at: epochNow(), text, stream: 'stdout' })),
    stderr: lineSplitter((text) => push({ at: epochNow(), text, stream: 'stderr' })),
  }
  const finish = () => {
    if (over) return
    over = true
    splitters.stdout.end()
    splitters.stderr.end()
    for (const reject of [...waiting]) reject('its output ended')
    resolveEnded()
  }

  const log: LogFollower = {
    lines,
    ended,
    keepLast(last) {
      keep = last
    },
    on(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    next(test, waitingFor, timeoutMs) {
      const come = new Promise<LogLine>((resolve, reject) => {
        const stop = () => {
          end()
          off()
          waiting.delete(fail)
        }
        const fail = (reason: string) => {
          stop()
          const last = lines.slice(-10).map(({ text }) => `  ${text}`)
          const message = `waited for ${waitingFor} in the log of ${name}: ${reason}`
          reject(new WaitError([message, ...last].join('\n')))
        }
        const off = log.on((line) => {
          if (!test(line.text)) return
          stop()
          resolve(line)
        })
        const end = bound(timeoutMs, USUAL_MS, (waited) => fail(`it did not come in ${waited} ms`))
        waiting.add(fail)
        if (over) fail('its output ended')
      })
      return timed(`${waitingFor} in the log of ${name}`, come)
    },
  }
  return {
    log,
    write: (which, octets) => splitters[which].write(octets),
    breakOff() {
      splitters.stdout.end()
      splitters.stderr.end()
    },
    end: finish,
  }
}

/** Lines out of octets: UTF-8 across chunk borders, LF or CRLF, a last line without its end. */
export function lineSplitter(onLine: (text: string) => void): { write(chunk: Buffer): void; end(): void } {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  return {
    write(chunk) {
      const parts = (rest + decoder.write(chunk)).split('\n')
      rest = parts.pop() ?? ''
      for (const part of parts) onLine(part.endsWith('\r') ? part.slice(0, -1) : part)
    },
    end() {
      const last = rest + decoder.end()
      rest = ''
      if (last !== '') onLine(last)
    },
  }
}
