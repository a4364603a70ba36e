import { expect, rig } from 'mailrig/vitest'
import { TOPOLOGIES } from '../topologies.ts'

const it = rig(TOPOLOGIES.delivery)

it('delivers to a mailbox', async ({ smtp, mailbox }) => {
  await expect(mailbox('jim')).toReceive(await smtp.send({ to: 'jim@example.com' }))
})

it('delivers to two recipients', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ to: ['jim@example.com', 'petra@example.com'] })
  await expect(mailbox('jim')).toReceive(message)
  await expect(mailbox('petra')).toReceive(message)
})

it('delivers whatever the detail', async ({ smtp, mailbox }) => {
  await expect(mailbox('jim')).toReceive(await smtp.send({ to: 'jim+lists@example.com' }))
})
