import { expect, it } from 'vitest'
import { connectEngine } from '../src/engine/connect.ts'
import { LABEL } from '../src/engine/labels.ts'
import { silentProgress } from '../src/engine/progress.ts'
import { patience } from '../src/metrics/patience.ts'
import { MAILRIG, mailrig, start } from './run-command.ts'

it.each([
  [['--count', '1o'], '--count is a whole number, not "1o"'],
  [['--conections', '5'], 'Did you mean --connections?'],
  [['--size', '4q'], '--size: "4q" is not a size'],
  [['--to', 'jom@example.com'], 'did you mean "jim@example.com"?'],
  [['--mta', 'opensmtpd', '--bdat'], 'OpenSMTPD offers no CHUNKING'],
  [
    ['--to', 'a@else.example'],
    'nobody takes mail for else.example; somebody does for client.example, elsewhere.example',
  ],
  [['--pipelining', '--no-pipelining'], '--pipelining and --no-pipelining contradict each other'],
  [['none.json'], 'none.json: there is no such file'],
])('ends with 2 for %j, before anything is started', async (args, message) => {
  const { code, stdout, stderr } = await mailrig('load', ...args)
  expect(stderr).toContain(message)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
})

it('gives one document of what became of each message', async () => {
  const { code, stdout, stderr } = await mailrig('load', '--count', '60', '--connections', '3', '--json')
  expect(code, stderr).toBe(0)
  const milliseconds = {
    p50: expect.any(Number),
    p90: expect.any(Number),
    p99: expect.any(Number),
    max: expect.any(Number),
  }
  expect(JSON.parse(stdout)).toEqual({
    server: { mta: 'postfix', release: 'bookworm', version: expect.stringMatching(/^3\./) },
    connections: 3,
    sent: 60,
    accepted: 60,
    refused: 0,
    unknown: 0,
    unknownFound: 0,
    delivered: 60,
    bounced: 0,
    queued: 0,
    lost: 0,
    duplicated: 0,
    seconds: expect.any(Number),
    sendingSeconds: expect.any(Number),
    acceptedPerSecond: expect.any(Number),
    deliveredPerSecond: expect.any(Number),
    acceptMs: milliseconds,
    deliveryMs: milliseconds,
    refusals: [],
    bounces: [],
    rssMiB: { start: expect.any(Number), end: expect.any(Number) },
  })
})

it('draws the steps of a ramp, and its knee', async () => {
  const { code, stdout } = await mailrig('load', '--ramp', '--connections', '2', '--count', '20', '--json')
  expect(code).toBe(0)
  const { ramp, sent, lost } = JSON.parse(stdout)
  expect(ramp.steps.map(({ connections }: { connections: number }) => connections)).toEqual([1, 2])
  expect({ sent, lost }).toEqual({ sent: 40, lost: 0 })
})

it('prints the account of the step under way when a ramp is interrupted', async () => {
  const command = start(process.execPath, [MAILRIG, 'load', '--ramp', '--connections', '8', '--json'])
  await command.said('load, 1 connection: ')
  command.child.kill('SIGINT')
  const { code, stdout } = await command.outcome
  expect(code).toBe(130)
  expect(JSON.parse(stdout)).toMatchObject({ connections: 1, interrupted: true, lost: 0 })
})

it('prints the account so far when it is interrupted, once and without a loss, and leaves nothing', async () => {
  const args = ['load', '--mta', 'exim', '--duration', '60s', '--connections', '20', '--json']
  const command = start(process.execPath, [MAILRIG, ...args])
  await command.said('load, 20 connections: ')
  command.child.kill('SIGINT')
  const { code, stdout } = await command.outcome
  expect(code).toBe(130)
  const account = JSON.parse(stdout)
  expect(account).toMatchObject({ interrupted: true, lost: 0, givenUp: 'it was interrupted', connections: 20 })
  expect(account.accepted).toBeGreaterThan(0)
  expect(account.seconds).toBeGreaterThan(0)
  const { sent, delivered, bounced, queued, unknown, refused } = account
  expect(delivered + bounced + queued + unknown + refused).toBe(sent)
  const engine = await connectEngine({ provision: false, progress: silentProgress })
  const owned = async () => {
    const all = await engine.docker.listContainers({ all: true, filters: { label: [LABEL.owner] } })
    return all
      .filter(({ Labels }) => Labels[LABEL.owner]?.startsWith(`${command.child.pid}:`))
      .map(({ Names }) => Names)
  }
  await expect.poll(owned, { timeout: patience(20_000), interval: 20 }).toEqual([])
})
