/** A bounded wait that has ended. */
export interface Wait {
  /** What was waited for, as its error would say. */
  what: string
  ms: number
  /** `came`: the event; else why the wait was given up. */
  end: string
}

const listeners = new Set<(wait: Wait) => void>()

/** Calls `listener` with every wait of this process that ends. The result ends that. */
export function onWait(listener: (wait: Wait) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Tells those who listen how long `wait` took, and how it ended. Gives what it gives. */
export async function timed<T>(what: string, wait: Promise<T>): Promise<T> {
  if (listeners.size === 0) return wait
  const began = performance.now()
  const tell = (end: string) => {
    const ms = Math.round(performance.now() - began)
    for (const listener of [...listeners]) listener({ what, ms, end })
  }
  try {
    const value = await wait
    tell('came')
    return value
  } catch (error) {
    tell(error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error))
    throw error
  }
}
