import { expect, it } from 'vitest'
import { describeChecks } from './check-problems.ts'
import type { Checked } from './check-results.ts'

function checked(id: string, rest: Partial<Checked>): Checked {
  const base = {
    id,
    title: `${id} holds`,
    verdict: 'fault',
    severity: 'fault',
    durationMs: 1,
    why: 'It matters.',
  } as const
  return { ...base, source: 'RFC 5321 1', ...rest }
}

const NETWORKS = { decidedBy: '/etc/postfix/main.cf:7 mynetworks = 0.0.0.0/0', expected: 'a refusal', came: 'one\ntwo' }

it('tells the worst first, and what one line decides once', () => {
  const results: Checked[] = [
    checked('fine', { verdict: 'ok' }),
    checked('dark', { verdict: 'unknown', reason: 'nobody knows' }),
    checked('darker', { verdict: 'unknown', reason: 'nobody knows' }),
    checked('light', { severity: 'note', expected: 'a', came: 'b' }),
    checked('relay', NETWORKS),
    checked('other', { verdict: 'not-applicable', reason: 'no TLS' }),
    checked('relay-by-a-trick', NETWORKS),
  ]
  expect(describeChecks(new Map([['bookworm', results]]))).toBe(`fault  /etc/postfix/main.cf:7 mynetworks = 0.0.0.0/0
  should hold: relay holds (relay)
  expected: a refusal
  came: one / two
  and 1 more: relay-by-a-trick

note  light holds (light)
  expected: a
  came: b

could not be told  dark holds (dark)
  reason: nobody knows
  and 1 more: darker

bookworm: 7 checks: 2 faults, 0 risks, 1 note, 1 ok, 2 could not be told, 1 do not apply
`)
})

it('tells of two releases what is alike once, then what differs', () => {
  const same = [checked('relay', NETWORKS)]
  const both = new Map([
    ['bookworm', [...same, checked('smuggling', { expected: 'a', came: 'b' })]],
    ['trixie', [...same, checked('smuggling', { verdict: 'ok' })]],
  ])
  const text = describeChecks(both)
  expect(text.match(/mynetworks/g)).toHaveLength(1)
  expect(text).toContain('only on bookworm\nfault  smuggling holds (smuggling)\n')
  expect(text).not.toContain('only on trixie')
  expect(
    describeChecks(
      new Map([
        ['bookworm', same],
        ['trixie', same],
      ]),
    ),
  ).toContain('no difference in 1 checks')
})

it('says that nothing was tried where a server does not run, and takes nothing for a difference', () => {
  const text = describeChecks(
    new Map([
      ['bookworm', [checked('relay', NETWORKS)]],
      ['trixie', []],
    ]),
  )
  expect(text).toContain('trixie: no check was run')
  expect(text).not.toContain('only on')
})
