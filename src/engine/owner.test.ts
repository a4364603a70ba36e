import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { hostname } from 'node:os'
import { describe, expect, it } from 'vitest'
import { fateOf, ownerOf, startTimeInStat } from './owner.ts'

describe('startTimeInStat', () => {
  const after = '1 42 42 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 11 0 987654 9 10'

  it('reads field 22, past a command with blanks and parentheses', () => {
    expect(startTimeInStat(`42 (node) S ${after}`)).toBe('987654')
    expect(startTimeInStat(`42 (a) b (c d) S ${after}`)).toBe('987654')
  })

  it('takes a zombie for dead', () => {
    expect(startTimeInStat(`42 (node) Z ${after}`)).toBeUndefined()
  })
})

describe('fateOf', () => {
  it('tells a living process from one that ended', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] })
    await once(child, 'spawn')
    const owner = ownerOf(child.pid)
    expect(fateOf(owner)).toBe('alive')
    child.stdin.end()
    await once(child, 'exit')
    expect(fateOf(owner)).toBe('gone')
  })

  it('is not deceived by a process id used again, or by a restart of the host', () => {
    const [pid, startTime, boot] = ownerOf().split(':')
    expect(fateOf(`${pid}:${startTime}:${boot}:${hostname()}`)).toBe('alive')
    expect(fateOf(`${pid}:1${startTime}:${boot}:${hostname()}`)).toBe('gone')
    expect(fateOf(`${pid}:${startTime}:another-boot:${hostname()}`)).toBe('gone')
  })

  it('knows nothing of processes elsewhere', () => {
    expect(fateOf('1:1:boot:some.other.host')).toBe('elsewhere')
  })
})
