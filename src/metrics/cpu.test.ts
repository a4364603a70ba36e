import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { cpuOfAll, machineCpu, processIn, treeCpu } from './cpu.ts'

/** A fifth of a second of work, in a process of its own. */
const WORK = [
  '-e',
  `const busy = () => { const { user, system } = process.cpuUsage(); return user + system }
const end = busy() + 200_000
while (busy() < end);`,
]

it('reads the line of a process, whatever its name', () => {
  const fields = Array.from({ length: 50 }, (_, index) => index + 4)
  expect(processIn(`17 (a (b) c) S ${fields.join(' ')}\n`)).toEqual({
    pid: 17,
    parent: 4,
    name: 'a (b) c',
    own: 0.29,
    waitedFor: 0.33,
  })
  expect(processIn('')).toBeUndefined()
})

// The work is measured in processor time, of which a busy machine gives little.
describe.runIf(process.platform === 'linux')('on Linux', { timeout: 60_000 }, () => {
  it('counts what a process has done, and its children, ended or not', async () => {
    const before = treeCpu(process.pid)
    spawnSync(process.execPath, WORK)
    const ended = treeCpu(process.pid)
    expect(ended - before).toBeGreaterThanOrEqual(0.2)
    const stays = `${WORK[1]} process.stdout.write('done'); setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ['-e', stays])
    await once(child.stdout, 'data')
    expect(treeCpu(process.pid) - ended).toBeGreaterThanOrEqual(0.2)
    child.kill()
  })

  it('knows what the machine has done, and nothing of processes that are not there', () => {
    const before = machineCpu()
    spawnSync(process.execPath, WORK)
    expect((machineCpu()?.busy ?? 0) - (before?.busy ?? 0)).toBeGreaterThanOrEqual(0.1)
    expect(cpuOfAll(['no such process'])).toBeUndefined()
    expect(treeCpu(2 ** 30)).toBe(0)
  })
})
