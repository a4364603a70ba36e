import { expect, it } from 'vitest'
import { CpuMeter, serversOf } from './cpu-meter.ts'

it('adds up what the workers told last, the dearest server first', () => {
  const told = [
    { worker: 1, servers: { 'exim trixie': 1 } },
    { worker: 1, servers: { 'exim trixie': 3, 'dovecot trixie': 1 } },
    { worker: 2, servers: { 'exim trixie': 0.5, 'dovecot trixie': 4, 'postfix trixie': 0 } },
  ]
  expect(serversOf(told)).toEqual([
    ['dovecot trixie', 5],
    ['exim trixie', 3.5],
  ])
})

it.runIf(process.platform === 'linux')('tells where the time went', { timeout: 60_000 }, () => {
  const meter = new CpuMeter()
  const busy = () => {
    const { user, system } = process.cpuUsage()
    return user + system
  }
  const end = busy() + 150_000
  while (busy() < end);
  const meta = () => ({ mailrigFile: { teardownMs: 1, cpu: { worker: 1, servers: { 'exim trixie': 2 } } } })
  const [line] = meter.summary([{ meta }])
  const pattern = /^CPU of this machine: \d+\.\d s busy, \d+\.\d s idle; Node (\d+\.\d) s, .*exim trixie 2\.0 s$/
  expect(line).toMatch(pattern)
  expect(Number(pattern.exec(line ?? '')?.[1])).toBeGreaterThanOrEqual(0.1)
})
