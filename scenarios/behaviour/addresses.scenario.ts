import { expect, rig } from 'mailrig/vitest'
import { EHLO, MAIL, MUST, type Row, SHOULD, verdictOn } from './row.ts'

const it = rig(
  {
    domains: { 'example.com': { mailboxes: ['jim'], aliases: { postmaster: 'jim' } } },
    internet: ['elsewhere.example'],
  },
  { covers: ['P3', 'P8', 'R5', 'L5', 'S62', 'S130'] },
)

const to = (path: string, name = `RCPT TO:${path}`) => ({ name, before: [EHLO, MAIL], line: `RCPT TO:${path}` })
const from = (rest: string, name = `MAIL FROM:${rest}`) => ({ name, before: [EHLO], line: `MAIL FROM:${rest}` })

const REFUSED = /^5\d\d$/
const DECIDED = /^(?:250|5\d\d)$/
/** An argument that is not acceptable is answered 501, and nothing else. */
const UNACCEPTABLE = MUST('RFC 5321 §4.1.4', /^(?:250|501)$/)
/** A server that takes such mail for a stranger is an open relay. For good or for now: Debian's Postfix answers 454. */
const NOT_RELAYED = /^[45]\d\d$/

const rows: Row[] = [
  { ...from('<bad'), codes: DECIDED, asked: UNACCEPTABLE },
  { ...from('<foo@>'), codes: DECIDED, asked: UNACCEPTABLE },
  { ...from('<foo>'), codes: DECIDED, asked: UNACCEPTABLE },
  { ...from('<a b@client.example>'), codes: DECIDED, asked: UNACCEPTABLE },
  { ...from('<marc@client..example>'), codes: DECIDED, asked: UNACCEPTABLE },
  { ...from('marc@client.example', 'MAIL FROM:marc@client.example, no brackets'), codes: DECIDED },
  { ...from(' <marc@client.example>', 'MAIL FROM: <marc@client.example>, a space'), codes: DECIDED },
  { ...from('<>'), codes: DECIDED, asked: MUST('RFC 1123 §5.2.9', /^250$/) },
  { ...from('<marc@unknown.invalid>', 'MAIL FROM a domain DNS does not know'), codes: /^(?:250|[45]\d\d)$/ },
  { ...from('<marc@client.example> FOO=BAR', 'MAIL with an unknown parameter'), codes: REFUSED },
  { ...from('<marc@client.example> BODY=8BITMIME', 'MAIL with BODY=8BITMIME'), codes: /^250$/ },
  { ...from('<marc@client.example> SMTPUTF8', 'MAIL with SMTPUTF8'), codes: DECIDED },
  { name: 'MAIL marc@client.example', before: [EHLO], line: 'MAIL marc@client.example', codes: REFUSED },
  {
    ...from(`<${'x'.repeat(64)}@client.example>`, 'MAIL FROM a local part of 64 octets'),
    codes: DECIDED,
    asked: MUST('RFC 5321 §4.5.3.1.1', /^250$/),
  },
  { ...from(`<${'x'.repeat(65)}@client.example>`, 'MAIL FROM a local part of 65 octets'), codes: DECIDED },

  { ...to('<jim@example.com>'), codes: /^250$/ },
  { ...to('<nobody@example.com>'), codes: /^550$/ },
  { ...to('<someone@elsewhere.example>'), codes: NOT_RELAYED, asked: SHOULD('RFC 5321 §3.6.2', /^550$/) },
  { ...to('<jim>'), codes: DECIDED },
  {
    ...to('<Postmaster>'),
    codes: DECIDED,
    asked: MUST('RFC 5321 §4.5.1', /^250$/),
  },
  { ...to('<PostMaster@example.com>'), codes: DECIDED, asked: MUST('RFC 5321 §4.5.1', /^250$/) },
  { ...to('<JIM@EXAMPLE.COM>'), codes: DECIDED },
  { ...to('<"jim"@example.com>'), codes: DECIDED },
  { ...to('<jim+tag@example.com>'), codes: DECIDED },
  { ...to('<someone%elsewhere.example@example.com>'), codes: NOT_RELAYED },
  { ...to('<elsewhere.example!someone@example.com>'), codes: NOT_RELAYED },
  { ...to('<"someone@elsewhere.example"@example.com>'), codes: NOT_RELAYED },
  { ...to('<@example.com:someone@elsewhere.example>'), codes: NOT_RELAYED },
  { ...to('<@elsewhere.example:jim@example.com>'), codes: /^(?:250|[45]\d\d)$/ },
  { ...to('<jim@[192.0.2.1]>', 'RCPT TO:<jim@[192.0.2.1]>, not the server’s own'), codes: NOT_RELAYED },
  { ...to('<jim@>'), codes: REFUSED },
  { ...to('<>'), codes: REFUSED },
  { ...to('<j m@example.com>'), codes: REFUSED },
  { ...to('<jim@example.com> FOO=BAR', 'RCPT with an unknown parameter'), codes: REFUSED },
  { ...to('<jim@example.com> NOTIFY=NEVER', 'RCPT with NOTIFY=NEVER'), codes: DECIDED },
]

it.for(rows)('answers: $name', async ({ name, before = [], line, codes, asked }, { smtp, observe }) => {
  const session = await smtp.session()
  for (const command of before) expect(await session.command(command)).toReply(250)
  const reply = await session.command(line)
  expect(String(reply.code)).toMatch(codes)
  observe(name, reply, verdictOn(reply, asked))
})

it('decides about mail to the literal of its own address', async ({ rig, smtp, observe }) => {
  const session = await smtp.session()
  await session.ehlo()
  await session.mailFrom('marc@client.example')
  const reply = await session.rcptTo(`jim@[${rig.addresses.mta.internet}]`)
  expect(reply.code).toBeGreaterThanOrEqual(250)
  observe('RCPT TO:<jim@[its own address]>', reply)
})

it.for(['jim+tag@example.com', 'JIM@EXAMPLE.COM', 'PostMaster@example.com'])(
  'tells what became of mail to %s',
  async (address, { smtp, mailbox, observe }) => {
    const message = await smtp.send({ to: address, expectRefusal: true })
    if (message.accepted.length > 0) await expect(mailbox('jim')).toReceive(message)
    else expect(message.rejected).toHaveLength(1)
    observe(`mail to ${address}`, message.accepted.length > 0 ? 'delivered to jim' : 'refused')
  },
)
