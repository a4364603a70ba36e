import { expect, it } from 'vitest'
import { playTable } from './play-table.ts'
import type { Step } from './step.ts'

const step = (line: number, sent: string, received: string, verdict: Step['verdict'] = 'pass'): Step => ({
  line,
  sent,
  expected: '250',
  received,
  verdict,
  ms: 1,
})

it('shows servers beside each other, and marks what differs', () => {
  const table = playTable(
    [
      {
        title: ['postfix', 'bookworm 3.7.11'],
        steps: [step(2, 'EHLO a', '250-mx.a.example\n250 HELP'), step(4, 'RSET', '250 2.0.0 Ok'), step(6, 'QUIT', '')],
      },
      {
        title: ['exim', 'bookworm 4.96'],
        steps: [
          step(2, 'EHLO a', '250-mx.b.example\n250 SIZE'),
          step(4, 'RSET', '550 no', 'fail'),
          step(6, 'QUIT', '', 'skipped'),
        ],
      },
      {
        title: ['sendmail', 'bookworm 8.17'],
        steps: [step(2, 'EHLO a', '250 mx', 'observed'), step(4, 'RSET', '250 2.0.0 Reset')],
      },
      { title: ['other', 'trixie 1'], steps: [], reason: 'it cannot' },
    ],
    { width: 74, mark: (cell) => `<${cell}>` },
  )
  expect(`\n${table}\n`).toBe(`
line | step                 | postfix       | exim          | sendmail
     |                      | bookworm 3.7… | bookworm 4.96 | bookworm 8.17
---- | -------------------- | ------------- | ------------- | -------------
   2 | EHLO a               |    250-mx.a.… |    250-mx.b.… |  ? 250 mx
   4 | RSET                 |    250 2.0.0… | <≠✗ 550 no    > |    250 2.0.0…
   6 | QUIT                 |               |  ·            |
≠ not what most servers say; ✗ not what the file expects; ? recorded, not judged; · not played
other trixie 1: unsupported: it cannot
`)
})

it('marks nothing in a row that most servers do not have', () => {
  const column = (title: string, steps: Step[]) => ({ title: [title, ''] as const, steps })
  const own = { ...step(3, '', '1 message'), expected: 'queue[exim]: 1 message' }
  const table = playTable([column('postfix', []), column('exim', [own]), column('sendmail', [])], {
    mark: (cell) => `<${cell}>`,
  })
  expect(table).toContain('1 message')
  expect(table).not.toContain('<')
})
