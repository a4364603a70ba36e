import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { WaitError } from '../errors/mailrig-error.ts'
import { withLock } from './lock.ts'

const name = () => `test-${process.pid}-${Math.random()}`

describe('withLock', () => {
  it('lets one in after the other', async () => {
    const lock = name()
    const order: string[] = []
    const work = (label: string) =>
      withLock(lock, { timeoutMs: 5_000 }, async () => {
        order.push(`${label} in`)
        await new Promise((resolve) => setImmediate(resolve))
        order.push(`${label} out`)
      })
    await Promise.all([work('a'), work('b'), work('c')])
    expect(order).toHaveLength(6)
    for (let index = 0; index < 6; index += 2) {
      expect(order[index + 1]).toBe(order[index]?.replace('in', 'out'))
    }
  })

  it('is free again after an error', async () => {
    const lock = name()
    await expect(withLock(lock, { timeoutMs: 100 }, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    await expect(withLock(lock, { timeoutMs: 100 }, async () => 'yes')).resolves.toBe('yes')
  })

  it('names the lock when the wait for it ends', async () => {
    const lock = name()
    await withLock(lock, { timeoutMs: 100 }, async () => {
      const second = withLock(lock, { timeoutMs: 30 }, async () => undefined)
      await expect(second).rejects.toThrow(WaitError)
      await expect(second).rejects.toThrow(`another mailrig process held the lock "${lock}" for 30 ms`)
    })
  })

  it('is freed by the death of its holder', async () => {
    const lock = name()
    const module = fileURLToPath(new URL('./lock.ts', import.meta.url))
    const script = `
      const { withLock } = await import(${JSON.stringify(module)})
      await withLock(${JSON.stringify(lock)}, { timeoutMs: 1000 }, async () => {
        process.stdout.write('held')
        await new Promise((resolve) => setTimeout(resolve, 60_000))
      })`
    const holder = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(holder.stdout, 'data')
    let waited = false
    const second = withLock(lock, { timeoutMs: 5_000, onWait: () => holder.kill('SIGKILL') }, async () => {
      waited = true
    })
    await second
    expect(waited).toBe(true)
  })
})
