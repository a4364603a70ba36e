import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readRun } from '../src/report/read-run.ts'
import { type Outcome, startScenariosIn } from './run-command.ts'

// One run of a file in which most tests are written wrong: each fails by itself, and none takes another with it.
let folder: string
let outcome: Outcome
let states: Record<string, [state: string, error: string | undefined]>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailrig-'))
  outcome = await startScenariosIn({ MAILRIG_REPORT: folder }, 'test/fixtures/misused.scenario.ts').outcome
  const run = await readRun(join(folder, 'plain.json'))
  const tests = run.projects['postfix-bookworm']?.scenarios.flatMap((scenario) => scenario.tests) ?? []
  states = Object.fromEntries(
    tests.map(({ name, state, errors }) => [name, [state, errors?.[0]?.split('\n')[0] ?? undefined]]),
  )
})
afterAll(() => rm(folder, { recursive: true }))

it('fails those that wait for nothing, each with what was not awaited, and no other', () => {
  const notAwaited = (written: string) => [
    'failed',
    `${written.replace('expect(…).', '').replace('(…)', '')} was not awaited: the test was over before its answer. Write "await ${written}"`,
  ]
  expect(states).toEqual({
    'delivers, and waits for it': ['passed', undefined],
    'does not wait for a mailbox that gets nothing': notAwaited('expect(…).toReceive(…)'),
    'does not wait for an empty mailbox': notAwaited('expect(…).toReceiveNothing(…)'),
    'does not wait for the upstream': notAwaited('expect(…).toHaveRelayed(…)'),
    'does not wait for an idle upstream': notAwaited('expect(…).toHaveRelayedNothing(…)'),
    'does not wait for the log': notAwaited('expect(…).toHaveLogged(…)'),
    'does not wait for what it sends': notAwaited('smtp.send(…)'),
    'does not wait for an account': notAwaited('expect(…).toHaveLostNothing(…)'),
    'does not wait for a load': notAwaited('load(…)'),
    'expects the upstream to have lost nothing': [
      'failed',
      'toHaveLostNothing takes a rig, or the account that load gave, as in expect(rig).toHaveLostNothing(); it was given the upstream "upstream": an upstream has toHaveRelayed and toHaveRelayedNothing',
    ],
    'does not say how many may come twice': [
      'failed',
      expect.stringMatching(/^toHaveDuplicated: there is no "atmost"; did you mean "atMost"\?/),
    ],
    'loads with an option that there is not': [
      'failed',
      expect.stringMatching(/^there is no option "mesages"; did you mean "messages"\?/),
    ],
    'expects a reply to be received': [
      'failed',
      expect.stringMatching(/^toReceive takes a mailbox, .* given a reply, "250 .*": a reply has toReply$/),
    ],
    'is a test of vitest': ['failed', expect.stringMatching(/^smtp is there only in a test of rig\(\)/)],
    'finds the rig as it was': ['passed', undefined],
  })
  expect(outcome.code).toBe(1)
})

it('points at the line, and leaves no error that has no test', () => {
  expect(outcome.stderr).toMatch(/expect\(mailbox\('petra'\)\)\.toReceive\(message\)\n\s+\|\s+\^/)
  expect(outcome.stderr).toMatch(/smtp\.send\(\{ to: 'jim@example\.com' \}\)\.then.*\n\s+\|\s+\^/)
  expect(outcome.stdout + outcome.stderr).not.toContain('Unhandled')
})
