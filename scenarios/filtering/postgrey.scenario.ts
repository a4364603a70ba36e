import { expect, rig } from 'mailrig/vitest'

const it = rig(
  { domains: { 'example.com': { mailboxes: ['jim'] } }, trustedNetworks: ['lan'], filters: { postgrey: { delay: 1 } } },
  { needs: ['policy-services'] },
)

it('puts off what it sees for the first time, and takes the second try when its time is over', async ({
  smtp,
  mailbox,
}) => {
  const mail = { from: 'marc@client.example', to: 'jim@example.com' }
  const first = await smtp.send({ ...mail, expectRefusal: true })
  expect(first.rejected[0]?.reply).toReply('450')
  // Its clock counts whole seconds: the client tries as a real one does, again and again.
  let tried = first
  await expect
    .poll(
      async () => {
        tried = await smtp.send({ ...mail, expectRefusal: true })
        return tried.rejected
      },
      { timeout: 20_000 },
    )
    .toEqual([])
  await mailbox('jim').receive(tried)
})

it('does not put off its own users', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ side: 'lan', from: 'petra@client.example', to: 'jim@example.com' })
  await mailbox('jim').receive(message)
})
