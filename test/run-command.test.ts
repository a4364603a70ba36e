import { expect, it } from 'vitest'
import { patience } from '../src/metrics/patience.ts'
import { start } from './run-command.ts'

let started: number[] = []

it('starts a command that starts another, and does not wait for them', async () => {
  const { child, heard } = start('sh', ['-c', 'sleep 600 & echo "pid $!"; wait'])
  started = [child.pid ?? 0, Number(await heard(/pid (\d+)/))]
  expect(started.every(runs)).toBe(true)
})

it('finds neither of them in the test after it', async () => {
  expect(started).toHaveLength(2)
  await expect.poll(() => started.filter(runs), { timeout: patience(5_000), interval: 5 }).toEqual([])
})

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
