import { expect, it } from 'vitest'
import { WaitError } from '../../errors/mailrig-error.ts'
import { LoadAccount, type LoadCase } from '../../load/load-account.ts'
import { toHaveDuplicated, toHaveLostNothing } from './to-have-lost-nothing.ts'

const missing: LoadCase = {
  messageId: 'a@load.example',
  places: [{ address: 'jim@example.com', taken: true, copies: 0, bounced: false }],
  journey: [],
}

/** The account of a load whose server does not come to rest. */
function accountOf({ lost, rested }: { lost: LoadCase[]; rested: () => Promise<void> }): LoadAccount {
  const value = <T>(given: T) => ({ value: given })
  return Object.create(LoadAccount.prototype, {
    accepted: value(3),
    lost: value(lost.length),
    duplicated: value(0),
    lostMessages: value(() => lost),
    doubledMessages: value(() => []),
    rested: value(rested),
    recount: value(async () => undefined),
  })
}

const restless = () => Promise.reject(new WaitError('waited for the queue to deliver or defer A, but 10 ms are over'))

it('passes where all is there, though the server has still to do with some of it', async () => {
  expect(await toHaveLostNothing.run(accountOf({ lost: [], rested: restless }))).toMatchObject({ pass: true })
})

it('fails where something is nowhere, and tells what the server had still to do', async () => {
  const verdict = await toHaveLostNothing.run(accountOf({ lost: [missing], rested: restless }))
  expect(verdict.pass).toBe(false)
  expect(verdict.message()).toBe(
    [
      'waited for the queue to deliver or defer A, but 10 ms are over',
      'expected the server to lose nothing; of 3 messages that it took, 1 is nowhere:',
      '  <a@load.example>: jim@example.com has none',
    ].join('\n'),
  )
})

it('does not say that nothing is doubled while more may come', async () => {
  const verdict = await toHaveDuplicated.run(accountOf({ lost: [], rested: restless }), { atMost: 0 })
  expect(verdict.pass).toBe(false)
  expect(verdict.message()).toBe('waited for the queue to deliver or defer A, but 10 ms are over')
})

it('does not judge where the server cannot be asked', async () => {
  const rested = () => Promise.reject(new Error('the server is gone'))
  await expect(toHaveLostNothing.run(accountOf({ lost: [], rested }))).rejects.toThrow('the server is gone')
})
