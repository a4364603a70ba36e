import pc from 'picocolors'

/** Something that takes a while, told to the person who waits. */
export interface ProgressStep {
  /** What happens just now. */
  update(text: string): void
  done(detail?: string): void
  fail(detail?: string): void
}

export interface Progress {
  /** Steps may run side by side. */
  step(title: string): ProgressStep
  line(text: string): void
}

export const silentProgress: Progress = {
  step: () => ({ update() {}, done() {}, fail() {} }),
  line() {},
}

export interface TerminalOptions {
  write?: (text: string) => void
  /** Redraw one live line in place. Default: stderr is a terminal, and none of CI, NO_COLOR, TERM=dumb is set. */
  live?: boolean
  colour?: boolean
  columns?: () => number
  /** Without a live line, what a step is at is written at most once in so many milliseconds. Default 10 000. */
  everyMs?: number
}

/** Characters of a line where nothing says how wide it may be: enough for the words that tell what is wrong. */
const IN_A_FILE = 200

/** Progress on stderr: a line when a step ends, and on a terminal one live line for what runs. */
export function terminalProgress(options: TerminalOptions = {}): Progress {
  const { env, stderr } = process
  const plain = Boolean(env.CI) || env.NO_COLOR !== undefined || env.TERM === 'dumb' || !stderr.isTTY
  const live = options.live ?? !plain
  const colours = pc.createColors(options.colour ?? !plain)
  const write = options.write ?? ((text: string) => void stderr.write(text))
  const columns = options.columns ?? (() => stderr.columns ?? IN_A_FILE)
  const everyMs = options.everyMs ?? 10_000
  const running = new Map<object, string>()

  const print = (text: string) => write(`${live ? '\r\x1b[K' : ''}${text}\n`)
  const redraw = () => {
    if (!live) return
    const text = [...running.values()].join(' · ')
    // One column is left free: a terminal wraps the line that fills the last one.
    write(`\r\x1b[K${text === '' ? '' : colours.dim(shorten(text, columns() - 1))}`)
  }

  return {
    line(text) {
      print(text)
      redraw()
    },
    step(title) {
      const key = {}
      const started = performance.now()
      let said = started
      running.set(key, title)
      if (live) redraw()
      else write(`${title} ...\n`)
      const end = (mark: string, detail: string | undefined) => {
        if (!running.delete(key)) return
        const seconds = ((performance.now() - started) / 1000).toFixed(1)
        print(`${mark} ${title}${detail ? `: ${detail}` : ''} ${colours.dim(`(${seconds} s)`)}`)
        redraw()
      }
      return {
        update(text) {
          if (!running.has(key)) return
          running.set(key, `${title}: ${text}`)
          redraw()
          if (live || performance.now() - said < everyMs) return
          said = performance.now()
          write(`${shorten(`${title}: ${text}`, columns() - 1)}\n`)
        },
        done: (detail) => end(colours.green('ok'), detail),
        fail: (detail) => end(colours.red('failed'), detail),
      }
    },
  }
}

function shorten(text: string, columns: number): string {
  const printable = text.replace(/[\x00-\x1f\x7f]+/g, ' ')
  return printable.length <= columns ? printable : `${printable.slice(0, Math.max(0, columns - 1))}…`
}
