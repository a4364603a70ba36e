import { expect, it } from 'vitest'
import { linesOfText } from '../dialogue-line.ts'
import type { RigRecord, TestRecord } from '../test-record.ts'
import { recordedJourney } from './journey.ts'

const rig: RigRecord = { mta: 'postfix', release: 'trixie', upstreams: [], topology: {}, files: [] }
const record: TestRecord = {
  startedAt: 1000,
  rig: '1',
  sessions: [
    {
      at: 1000,
      name: 'client',
      lines: linesOfText(
        [
          '    1.0 ms S: 220 mx.example.com ESMTP',
          '    2.0 ms C: EHLO client.example',
          '    3.0 ms S: 250-mx.example.com',
          '    3.0 ms S: 250 SIZE',
          '    4.0 ms C: DATA',
          '    5.0 ms S: 354 go ahead',
          '    6.0 ms C: Subject: x',
          '    6.0 ms C: … 3 more lines, 80 octets in all',
          '    6.0 ms C: .',
          '    7.0 ms S: 250 queued',
          '    8.0 ms -- closed by the server',
        ].join('\n'),
      ),
    },
  ],
  upstreams: [
    {
      at: 1009,
      name: 'upstream',
      lines: [
        { at: 1, who: 'C', text: 'QUIT' },
        { at: 2, who: '*', text: 'QUIT' },
      ],
      messages: [],
    },
  ],
  log: [
    { at: 1008, server: 'dovecot', text: 'saved mail to INBOX', own: true, stored: 'a@b' },
    { at: 1008, server: 'dovecot', text: 'saved another', stored: 'c@d' },
  ],
}

it('shows commands, the last line of each reply, how long the message was, and what was stored', () => {
  expect(recordedJourney(record, rig).map(({ at, from, to, label }) => `${at - 1000} ${from}→${to} ${label}`)).toEqual([
    '1 postfix→client 220 mx.example.com ESMTP',
    '2 client→postfix EHLO client.example',
    '3 postfix→client 250 SIZE',
    '4 client→postfix DATA',
    '5 postfix→client 354 go ahead',
    '6 client→postfix message, 4 lines',
    '7 postfix→client 250 queued',
    '8 postfix→dovecot stored',
    '10 postfix→upstream QUIT',
  ])
})

it('has what the MTA did with the messages among it', () => {
  const deferred = { at: 1007.5, from: 'postfix', to: 'postfix', label: 'deferred: 451' }
  const labels = recordedJourney({ ...record, events: [deferred] }, rig).map(({ label }) => label)
  expect(labels.slice(6, 9)).toEqual(['250 queued', 'deferred: 451', 'stored'])
})

it('shows for whom a message was stored, and that another was expected', () => {
  const log = [{ at: 1008, server: 'dovecot', text: 'saved', own: true, stored: 'a@b', storedFor: 'petra@example.com' }]
  const stored = (more: object) => recordedJourney({ ...record, log, ...more }, rig).find(({ to }) => to === 'dovecot')
  expect(stored({})?.label).toBe('stored for petra@example.com')
  expect(stored({ missed: [{ mailbox: 'jim@example.com', messageId: 'a@b' }] })).toMatchObject({
    label: 'stored for petra@example.com, not for jim@example.com',
    wrong: true,
  })
})

it('shows what a filter was asked, and not each field and piece that it let pass', () => {
  const filters = [
    {
      at: 1005,
      name: 'milter "filter"',
      lines: (
        [
          ['C', 'RCPT <jim@example.com>'],
          ['S', 'continue'],
          ['C', 'HEADER Subject: x'],
          ['S', 'continue'],
          ['C', 'BODY 12 octets'],
          ['S', '550 5.7.1 no'],
          ['*', 'QUIT'],
        ] as const
      ).map(([who, text]) => ({ at: 0.5, who, text })),
    },
  ]
  const steps = recordedJourney({ ...record, filters }, rig).filter(({ from, to }) => /milter/.test(from + to))
  expect(steps.map(({ from, to, label }) => `${from}→${to} ${label}`)).toEqual([
    'postfix→milter "filter" RCPT <jim@example.com>',
    'postfix→milter "filter" BODY 12 octets',
    'milter "filter"→postfix 550 5.7.1 no',
  ])
})
