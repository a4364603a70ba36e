import { randomBytes } from 'node:crypto'

/** Lines that were written into a server's log to see when they come out of it. */
export interface LogMarks {
  /** The text of a new mark. */
  next(): string
  /** Resolves when the mark has come out `count` times. */
  cameOut(mark: string, count: number): Promise<void>
  /** Whether the line is a mark, and so none of the server's. */
  take(line: string): boolean
}

/** All that a server logged before a mark comes out before it: whatever carries the lines keeps their order. */
export function createLogMarks(): LogMarks {
  const word = `mailrig-mark-${randomBytes(6).toString('hex')}`
  const pattern = new RegExp(`${word}-\\d+`)
  const seen = new Map<string, number>()
  const waiting = new Map<string, () => void>()
  let serial = 0
  return {
    next() {
      serial += 1
      return `${word}-${serial}`
    },
    async cameOut(mark, count) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const look = () => {
        if ((seen.get(mark) ?? 0) >= count) resolve()
      }
      waiting.set(mark, look)
      look()
      await promise
      waiting.delete(mark)
      seen.delete(mark)
    },
    take(line) {
      const mark = pattern.exec(line)?.[0]
      if (mark === undefined) return false
      seen.set(mark, (seen.get(mark) ?? 0) + 1)
      waiting.get(mark)?.()
      return true
    },
  }
}
