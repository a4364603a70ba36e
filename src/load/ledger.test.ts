import { beforeEach, expect, it, vi } from 'vitest'
import { Ledger } from './ledger.ts'
import type { LoadPlan } from './load-plan-data.ts'

const RECIPIENTS = [
  { address: 'jim@example.com', mailbox: true },
  { address: 'someone@elsewhere.example', mailbox: false },
]

let ledger: Ledger
beforeEach(() => {
  ledger = new Ledger({ recipients: 2, recipientsOf: () => RECIPIENTS } as unknown as LoadPlan)
})

/** Begins a message, and has it taken for these of its recipients. */
function accept(number: number, taken = [true, true], queueId = `Q${number}`): void {
  ledger.begin(number, 100)
  ledger.accept(number, { since: 100, at: 110, taken }, queueId)
}

it('has a message open until each recipient has it, whatever came first', () => {
  ledger.begin(0, 100)
  ledger.find(0, 'someone@elsewhere.example', 105)
  expect(ledger.counts).toEqual({ sent: 1, accepted: 0, refused: 0, unknown: 0, open: 0 })
  ledger.accept(0, { since: 100, at: 110, taken: [true, true] }, 'Q0')
  expect(ledger.counts).toMatchObject({ accepted: 1, open: 1 })
  expect(ledger.queueIdOf(0)).toBe('Q0')
  ledger.find(0, 'JIM@example.com', 130)
  expect(ledger.counts.open).toBe(0)
  expect(ledger.closed()).toEqual({ delivered: 1, bounced: 0 })
  expect(ledger.acceptMs.summary()?.max).toBe(10)
  expect(ledger.deliveryMs.summary()?.max).toBe(30)
})

it('waits for nobody whom the server refused', () => {
  accept(0, [false, true])
  ledger.find(0, 'someone@elsewhere.example')
  expect(ledger.counts.open).toBe(0)
})

it('counts a bounce as no loss, for those whom it names, or for all who have not got the message', () => {
  accept(0)
  ledger.bounce(0, ['jim@example.com'])
  expect([...ledger.open()]).toEqual([0])
  ledger.bounce(0, undefined)
  expect([...ledger.open()]).toEqual([])
  expect(ledger.closed()).toEqual({ delivered: 0, bounced: 1 })
})

it('counts why it was bounced, once a message, however often the bounce is read', () => {
  for (const number of [0, 1]) accept(number)
  for (const number of [0, 1, 0]) ledger.bounce(number, ['jim@example.com'], '550 5.1.1 unknown user')
  accept(2)
  ledger.bounce(2, undefined, undefined)
  expect([...ledger.bounces]).toEqual([
    ['550 5.1.1 unknown user', 2],
    ['the bounce gives no reason', 1],
  ])
})

it('keeps what nobody has the reply to apart: neither lost nor kept', () => {
  ledger.begin(0, 100)
  ledger.lose(0)
  ledger.begin(1, 100)
  ledger.lose(1)
  ledger.find(1, 'jim@example.com')
  expect(ledger.counts).toEqual({ sent: 2, accepted: 0, refused: 0, unknown: 2, open: 0 })
  expect(ledger.unknownFound()).toBe(1)
})

it('names those that came twice to one recipient, each once', () => {
  for (const number of [0, 1, 2]) accept(number)
  for (const { address } of RECIPIENTS) for (const number of [0, 1, 1, 1]) ledger.find(number, address)
  expect([...ledger.doubled()]).toEqual([1])
  expect([...ledger.open()]).toEqual([2])
})

it('opens a message again whose copy is gone from its mailbox', () => {
  accept(0)
  for (const { address } of RECIPIENTS) ledger.find(0, address)
  expect(ledger.counts.open).toBe(0)
  ledger.forgetMailboxes()
  ledger.recount()
  expect([...ledger.open()]).toEqual([0])
  ledger.find(0, 'jim@example.com')
  expect(ledger.counts.open).toBe(0)
})

it('has a rewritten address stand for the first recipient that still waits', () => {
  accept(0)
  ledger.find(0, 'jim@elsewhere.example')
  ledger.find(0, 'rewritten@elsewhere.example')
  expect(ledger.counts.open).toBe(0)
})

it('tells of each message that nothing more is to come of, once', () => {
  const closed = vi.fn()
  ledger.onClosed(closed)
  accept(0)
  for (const { address } of RECIPIENTS) ledger.find(0, address)
  ledger.find(0, 'jim@example.com')
  expect(closed.mock.calls).toEqual([['Q0']])
})

it('keeps many messages, and bounds the kinds of refusals', () => {
  for (let number = 0; number < 5000; number += 1) {
    ledger.begin(number, 0)
    ledger.refuse(number, `550 refused ${number % 300}`)
  }
  expect(ledger.counts).toMatchObject({ sent: 5000, refused: 5000 })
  expect(ledger.refusals.size).toBe(101)
  expect([...ledger.refusals.values()].reduce((sum, count) => sum + count, 0)).toBe(5000)
})
