import { expect, rig } from 'mailrig/vitest'

const it = rig(
  {
    domains: { 'example.com': { mailboxes: ['jim'], aliases: { team: ['jim'] } } },
    tls: 'none',
    native: {
      postfix: { 'main.cf': { smtpd_discard_ehlo_keywords: 'pipelining', disable_vrfy_command: 'yes' } },
      exim: { main: ['pipelining_advertise_hosts ='] },
      sendmail: {
        mc: [
          "define(`confPRIVACY_FLAGS', `authwarnings,needmailhelo,novrfy,noexpn')dnl",
          'LOCAL_SRV_FEATURES',
          'R$*\t\t$# P',
        ],
      },
    },
  },
  { covers: ['P5', 'P7', 'P9', 'S41', 'S43', 'S48', 'S50'] },
)

it('offers neither PIPELINING nor STARTTLS', async ({ smtp }) => {
  const { reply, keywords } = await (await smtp.session()).ehlo()
  expect(reply).toReply(250)
  expect([...keywords.keys()]).toContain('SIZE')
  expect([...keywords.keys()]).not.toContain('PIPELINING')
  expect([...keywords.keys()]).not.toContain('STARTTLS')
})

it('refuses STARTTLS all the same', async ({ smtp, observe }) => {
  const session = await smtp.session()
  await session.ehlo()
  const refused = await session.startTls()
  expect([454, 500, 502, 503], refused.text).toContain(refused.code)
  observe('STARTTLS where it is not offered', refused)
  expect(await session.command('NOOP')).toReply(250)
})

it('takes a message from a client that waits for each reply', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ to: 'jim@example.com' })
  expect(message.replies.data).toBeDefined()
  await expect(mailbox('jim')).toReceive(message)
})

it('tells nobody by VRFY who has a mailbox', async ({ smtp, observe }) => {
  const session = await smtp.session()
  await session.ehlo()
  const known = await session.command('VRFY jim@example.com')
  const unknown = await session.command('VRFY nobody@example.com')
  expect({ code: unknown.code, text: unknown.text.replaceAll('nobody', 'jim') }).toEqual({
    code: known.code,
    text: known.text,
  })
  observe('VRFY, turned off', known)
})

it('tells nobody by EXPN who is behind an alias', async ({ smtp, observe }) => {
  const session = await smtp.session()
  await session.ehlo()
  const refused = await session.command('EXPN team@example.com')
  expect(refused).toReply('5xx')
  expect(refused.text).not.toContain('jim')
  observe('EXPN, turned off', refused)
})
