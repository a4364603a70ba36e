import { expect, rig } from 'mailrig/vitest'

const it = rig(
  {
    local: { domains: ['example.com'], accounts: ['jim', 'petra'], aliases: { team: ['jim', 'petra'] } },
    native: {
      exim: { main: ['acl_smtp_expn = accept'] },
      sendmail: { mc: ["define(`confPRIVACY_FLAGS', `authwarnings,needmailhelo')dnl"] },
    },
  },
  { covers: ['P9', 'S44'], needs: ['expn'] },
)

it('names the members of an alias where EXPN is allowed', async ({ smtp, observe }) => {
  const session = await smtp.session()
  await session.ehlo()
  const members = await session.command('EXPN team')
  expect(members).toReply(250)
  for (const name of ['jim', 'petra']) expect(members.text).toContain(name)
  observe('EXPN of an alias, turned on', members)
})

it('refuses to expand what nobody has', async ({ smtp, observe }) => {
  const session = await smtp.session()
  await session.ehlo()
  const refused = await session.command('EXPN no-one')
  expect(refused).toReply('55x')
  observe('EXPN of an unknown name, turned on', refused)
})
