import { expect, rig } from 'mailrig/vitest'
import { TOPOLOGIES } from '../topologies.ts'

const it = rig(TOPOLOGIES.relaying)

it.for(['someone@elsewhere.example', 'someone%elsewhere.example@example.com'])(
  'relays nothing for strangers to %s',
  async (to, { smtp }) => {
    const session = await smtp.session()
    await session.ehlo()
    await session.mailFrom('marc@client.example')
    expect((await session.rcptTo(to)).code).toBeGreaterThanOrEqual(400)
  },
)

it('takes a bounce, whose sender is empty', async ({ smtp, mailbox }) => {
  await expect(mailbox('jim')).toReceive(await smtp.send({ from: '', to: 'jim@example.com' }))
})
