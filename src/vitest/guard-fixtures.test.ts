import { expect, it } from 'vitest'
import { guardFixtures } from './guard-fixtures.ts'

it('says where a fixture comes from, until it is there', () => {
  const context: Record<string, unknown> = { mailbox: 5 }
  guardFixtures(context, ['smtp', 'mailbox'])
  expect(() => context.smtp).toThrow(
    `smtp is there only in a test of rig(), which names it: "const it = rig({ … })", then "it('…', async ({ smtp }) => …)"`,
  )
  expect(context.mailbox).toBe(5)
  context.smtp = 6
  expect(context.smtp).toBe(6)
  expect(Object.keys(context)).toEqual(['mailbox', 'smtp'])
})

it('knows a misspelt one, and leaves alone what is no fixture', () => {
  const context: Record<string, unknown> = { task: 1 }
  guardFixtures(context, ['smtp', 'mailbox'])
  expect(() => context.stmp).toThrow('there is no fixture "stmp"; did you mean "smtp"?')
  expect(context.colour).toBeUndefined()
  expect(String(context)).toBe('[object Object]')
  context.smpt = 7
  expect(context.smpt).toBe(7)
})
