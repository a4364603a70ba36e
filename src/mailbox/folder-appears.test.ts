import { describe, expect, it } from 'vitest'
import { openOnceThere } from './folder-appears.ts'
import { MailboxCommandError } from './mailbox-error.ts'

const missing = () => new MailboxCommandError('SELECT Lists', 'no such', { responseCode: 'NONEXISTENT' })

function store() {
  const listeners = new Set<() => void>()
  return {
    listeners,
    arrival: {
      onArrival(listener: () => void) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
    deliver() {
      for (const listener of listeners) listener()
    },
  }
}

describe('openOnceThere', () => {
  it('opens again when a message was stored, also while it was opening', async () => {
    const { arrival, deliver, listeners } = store()
    let tries = 0
    const opened = openOnceThere(
      async () => {
        tries += 1
        if (tries === 1) deliver()
        if (tries < 3) throw missing()
        return 'open'
      },
      { what: 'Lists', timeoutMs: 5000, arrival },
    )
    await new Promise(setImmediate)
    deliver()
    expect(await opened).toBe('open')
    expect({ tries, listening: listeners.size }).toEqual({ tries: 3, listening: 0 })
  })

  it('ends with its time, with the signal, and with any other error', async () => {
    const { arrival, listeners } = store()
    const never = async () => {
      throw missing()
    }
    const wait = { what: 'a message in Lists', timeoutMs: 5, arrival }
    await expect(openOnceThere(never, wait)).rejects.toThrow(
      'Waited 5 ms for a message in Lists: there is no such folder',
    )
    const abort = AbortSignal.abort(new Error('the server is gone'))
    await expect(openOnceThere(never, { ...wait, timeoutMs: 5000, abort })).rejects.toThrow('the server is gone')
    const broken = async () => {
      throw new Error('broken')
    }
    await expect(openOnceThere(broken, wait)).rejects.toThrow('broken')
    expect(listeners.size).toBe(0)
  })
})
