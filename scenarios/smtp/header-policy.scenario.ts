import { expect, rig } from 'mailrig/vitest'

// Each server's own way to look at a header field: Postfix header_checks(5), Exim's verify = header_syntax, which
// Debian sets, and a condition of our own, sendmail's header rulesets (cf/README, "Header Checks").
const it = rig(
  {
    domains: { 'example.com': { mailboxes: ['jim'] } },
    local: {
      files: {
        '/etc/postfix/header_checks': [
          '/^Message-ID:[^@]*$/ REJECT 5.6.0 a Message-ID is unique, RFC 5322 section 3.6.4\n',
          '/^From:[^@]*$/ REJECT 5.6.0 a sender has an address, RFC 5322 section 3.6.2\n',
        ].join(''),
      },
    },
    native: {
      postfix: { 'main.cf': { header_checks: 'regexp:/etc/postfix/header_checks' } },
      exim: {
        acl_data: [
          `  deny condition = \${if and{{def:h_message-id:}{!match{$h_message-id:}{@}}}}`,
          '       message = a Message-ID is unique, RFC 5322 section 3.6.4',
        ],
      },
      sendmail: {
        cf: [
          'LOCAL_RULESETS',
          'HMessage-Id: $>CheckMessageId',
          'SCheckMessageId',
          'R$* @ $*\t\t$@ OK',
          'R$*\t\t$#error $@ 5.6.0 $: "553 a Message-ID is unique, RFC 5322 section 3.6.4"',
          'HFrom: $>CheckFrom',
          'SCheckFrom',
          'R$* @ $*\t\t$@ OK',
          'R$*\t\t$#error $@ 5.6.0 $: "553 a sender has an address, RFC 5322 section 3.6.2"',
        ],
      },
    },
  },
  { covers: ['P10', 'S87', 'S93'] },
)

it.for([
  { what: 'a Message-ID without @', from: 'marc@client.example', messageId: '31231233' },
  { what: 'a From without an address', from: 'Marc', messageId: 'no-address@client.example' },
])('refuses after DATA a message with $what, and stores nothing', async (fields, { mta, smtp, mailbox, observe }) => {
  mta.requires('header-checks')
  const { what, from, messageId } = fields
  const session = await smtp.session()
  await session.ehlo()
  await session.mailFrom('marc@client.example')
  await session.rcptTo('jim@example.com')
  const refused = await session.data(`From: ${from}\r\nMessage-ID: <${messageId}>\r\n\r\nHello\r\n`)
  expect(refused).toReply('5xx')
  observe(`${what}, checked`, refused)
  await expect(mailbox('jim')).toReceiveNothing()

  await session.mailFrom('marc@client.example')
  expect(await session.rcptTo('jim@example.com'), 'the session goes on').toReply(250)
})

it('takes a message as RFC 5322 has it, folded fields and comments and all', async ({ smtp, mailbox }) => {
  const content = [
    'Date: Fri, 12 Feb 2010 08:53:00 +0100 (CET)',
    'From: "Wijtkamp, Marc" <marc@client.example>',
    'To: A group: jim@example.com,',
    ' petra@example.com;, undisclosed-recipients:;',
    'Subject: folded',
    '\tby a tab',
    'Message-ID: <well-formed@client.example>',
    '',
    'Hello',
    '',
  ].join('\r\n')
  await smtp.send({ to: 'jim@example.com', content })
  const stored = await mailbox('jim').receive({ messageId: 'well-formed@client.example' })
  expect(stored.subject).toBe('folded\tby a tab')
})
