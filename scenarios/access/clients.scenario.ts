import { expect, rig } from 'mailrig/vitest'

const topology = {
  relayDomains: ['branch.example'],
  internet: ['branch.example', 'elsewhere.example'],
}
const it = rig(
  {
    ...topology,
    access: [
      { client: 'lan', action: 'DISCARD' },
      { client: 'internet', action: { code: 554, enhanced: '5.7.1', text: 'Not from your network' } },
    ],
  },
  { covers: ['R1', 'R10', 'S9', 'S97'] },
)

it('answers a client in the words and with the code of its rule, before it takes a recipient', async ({
  smtp,
  upstream,
}) => {
  const message = await smtp.send({ to: 'someone@branch.example', expectRefusal: true })
  expect(message.rejected[0]?.reply).toReply('554 5.7.1', 'Not from your network')
  await expect(upstream).toHaveRelayedNothing()
})

it('takes the mail of a discarded client and hands it to nobody', async ({ smtp, upstream }) => {
  const message = await smtp.send({ side: 'lan', to: 'someone@branch.example' })
  expect(message.accepted).toEqual(['someone@branch.example'])
  await expect(upstream).toHaveRelayedNothing()
})

it('refuses a client with REJECT, and spares one with OK without relaying for it', async ({ smtp, mta, upstream }) => {
  await mta.configure({
    ...topology,
    access: [
      { client: '198.18.0.0/15', action: 'REJECT' },
      { client: 'lan', action: 'OK' },
    ],
  })
  await mta.compileTables()
  await mta.reload()

  const refused = await smtp.send({ to: 'someone@branch.example', expectRefusal: true })
  expect(refused.rejected[0]?.reply).toReply('5xx')

  const spared = await smtp.send({ side: 'lan', to: 'someone@branch.example' })
  await expect(upstream).toHaveRelayed(spared)
  const relaying = await smtp.send({ side: 'lan', to: 'someone@elsewhere.example', expectRefusal: true })
  expect(relaying.accepted, 'OK is no RELAY').toEqual([])
})
