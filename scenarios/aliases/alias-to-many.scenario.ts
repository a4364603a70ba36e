import { expect, rig } from 'mailrig/vitest'

const it = rig(
  {
    domains: {
      'example.com': {
        mailboxes: ['jim', 'petra', 'gerda'],
        aliases: { team: ['jim', 'petra'], sales: 'petra', everyone: ['team', 'gerda'] },
      },
    },
  },
  { covers: ['V1', 'S9'] },
)

it('delivers to every member of an alias', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ to: 'team@example.com' })
  await expect(mailbox('jim')).toReceive(message)
  await expect(mailbox('petra')).toReceive(message)
  await expect(mailbox('gerda')).toReceiveNothing()
})

it('follows an alias that leads to another alias', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ to: 'everyone@example.com' })
  for (const name of ['jim', 'petra', 'gerda']) await expect(mailbox(name)).toReceive(message)
})
