import { expect, rig } from 'mailrig/vitest'
import { wordsOf } from '../store-words.ts'

// One script for all tests: each files its kind of mail into a folder of its own.
const KINDS = `\
require ["fileinto", "envelope"];
if header :is "X-Kind" ["one", "two"] { fileinto "header is"; stop; }
if header :matches "Subject" "Invoice * of *" { fileinto "header matches"; stop; }
if address :domain :is "From" "lists.example" { fileinto "address domain"; stop; }
if address :localpart :contains ["To", "Cc"] "jim+spam" { fileinto "address localpart"; stop; }
if envelope :is "from" "bounces@client.example" { fileinto "envelope"; stop; }
if size :over 20K { fileinto "size over"; stop; }
if exists ["X-First", "X-Second"] { fileinto "exists"; stop; }
if allof (header :contains "Subject" "all", not exists "X-Never", not size :over 10K) { fileinto "allof not"; stop; }
if anyof (header :contains "Subject" "any", exists "X-Any") { fileinto "anyof"; stop; }
`

const it = rig(
  {
    domains: {
      'example.com': {
        mailboxes: {
          jim: { sieve: 'require "fileinto";\nif header :contains "subject" "[list]" { fileinto "Lists"; }\n' },
          petra: {},
          gerda: {},
          tom: {},
          mary: {},
          anna: {},
          tina: {},
          peter: {},
          lisa: {},
          kinds: { sieve: KINDS },
          away: {},
        },
        aliases: { sales: 'away', info: 'away' },
      },
    },
    internet: ['elsewhere.example'],
  },
  { covers: ['D7', 'S13'] },
)

it('files into a folder by the script of the topology, and keeps what no test takes', async ({ smtp, mailbox }) => {
  const list = await smtp.send({ to: 'jim@example.com', subject: '[list] News' })
  await expect(mailbox('jim').folder('Lists')).toReceive(list)
  const other = await smtp.send({ to: 'jim@example.com', subject: 'News' })
  await expect(mailbox('jim')).toReceive(other)
  expect(await mailbox('jim').sieve.list()).toEqual([{ name: 'topology', active: true }])
  expect((await mailbox('jim').list()).map(({ messageId }) => messageId)).not.toContain(list.messageId)
})

it('keeps a copy besides with keep', async ({ smtp, mailbox }) => {
  await mailbox('petra').sieve.install('require "fileinto";\nfileinto "Copies";\nkeep;\n')
  const message = await smtp.send({ to: 'petra@example.com' })
  await expect(mailbox('petra').folder('Copies')).toReceive(message)
  await expect(mailbox('petra')).toReceive(message)
})

it('discards without a word to anybody', async ({ smtp, mailbox, upstream }) => {
  await mailbox('gerda').sieve.install('discard;\n')
  await smtp.send({ to: 'gerda@example.com' })
  await expect(mailbox('gerda')).toReceiveNothing()
  await expect(upstream).toHaveRelayedNothing()
})

it('redirects to an address elsewhere, which leaves by way of the MTA', async ({ smtp, mailbox, upstream }) => {
  await mailbox('tom').sieve.install('redirect "tom@elsewhere.example";\n')
  const message = await smtp.send({ to: 'tom@example.com', from: 'marc@client.example' })
  const relayed = await upstream.next({ messageId: message.messageId })
  expect(relayed.to).toEqual(['tom@elsewhere.example'])
  await expect(mailbox('tom')).toReceiveNothing()
})

it('rejects with a text that the sender is told', async ({ smtp, mailbox, upstream }) => {
  await mailbox('mary').sieve.install('require "reject";\nreject "I am not here for this.";\n')
  const message = await smtp.send({ to: 'mary@example.com', from: 'marc@client.example' })
  const bounce = await upstream.next({ to: 'marc@client.example' })
  expect(bounce.from).toBe('')
  expect(bounce.content.toString()).toContain('I am not here for this.')
  expect(bounce.content.toString()).toContain(message.messageId)
  await expect(mailbox('mary')).toReceiveNothing()
})

it('runs nothing behind stop', async ({ smtp, mailbox }) => {
  await mailbox('anna').sieve.install('require "fileinto";\nfileinto "First";\nstop;\nfileinto "Second";\n')
  const message = await smtp.send({ to: 'anna@example.com' })
  await expect(mailbox('anna').folder('First')).toReceive(message)
  await expect(mailbox('anna').folder('Second')).toReceiveNothing()
  await expect(mailbox('anna')).toReceiveNothing()
})

it('keeps the scripts of a user by name, of which one is active', async ({ mailbox }) => {
  const { sieve } = mailbox('lisa')
  await sieve.put('one', 'keep;\r\n')
  await sieve.put('two', '# ümlaut\r\ndiscard;\r\n')
  await sieve.activate('two')
  expect((await sieve.list()).toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([
    { name: 'one', active: false },
    { name: 'two', active: true },
  ])
  expect(await sieve.get('two')).toBe('# ümlaut\r\ndiscard;\r\n')
  await expect(sieve.delete('two')).rejects.toMatchObject({ answer: expect.stringMatching(/active/i) })
  await sieve.activate()
  await sieve.delete('two')
  expect(await sieve.list()).toEqual([{ name: 'one', active: false }])
})

it('refuses a script with an error, and says where it is', async ({ mailbox, observe, rig }) => {
  const { sieve } = mailbox('peter')
  const wrong = 'keep;\r\nif header "subject" "x" { fileinto "Lists"; }\r\n'
  for (const refused of [sieve.put('wrong', wrong), sieve.check(wrong)]) {
    const error = await refused.catch((reason: { answer: string }) => reason)
    expect(error).toMatchObject({
      code: 'MAILBOX_COMMAND',
      answer: expect.stringMatching(wordsOf(rig.store).fileintoNotRequired),
    })
  }
  expect(await sieve.check('keep;\r\n')).toBe('')
  expect(await sieve.list()).toEqual([])
  const { answer } = await sieve.put('wrong', wrong).then(
    () => ({ answer: 'taken' }),
    (reason: { answer: string }) => reason,
  )
  observe('a Sieve script that uses fileinto without requiring it', answer.split('\n')[0] ?? '')
})

it('lets nobody at the scripts with a wrong password, and takes them over TLS', async ({ mailbox, rig }) => {
  await expect(mailbox('tina').manageSieve({ password: 'wrong' })).rejects.toThrow(/Expected to log in as tina@/)
  const startTls = { ca: rig.authority, servername: 'store.rig.test' }
  const session = await mailbox('tina').manageSieve({ startTls })
  expect(session.tls?.authorized).toBe(true)
  expect(session.capabilities.get('SIEVE')).toMatch(/\bfileinto\b.*\bvacation\b/)
  expect(await session.put('over TLS', 'keep;\r\n')).toBe('')
  await session.logout()
})

it.for([
  ['header is', { headers: { 'X-Kind': 'two' } }],
  ['header matches', { subject: 'Invoice 7 of March' }],
  ['address domain', { from: 'Somebody <news@LISTS.example>' }],
  ['address localpart', { headers: { Cc: 'Jim <jim+spam@example.com>' } }],
  ['envelope', { envelope: { from: 'bounces@client.example', to: 'kinds@example.com' } }],
  ['size over', { text: `${'x'.repeat(70)}\n`.repeat(400) }],
  ['exists', { headers: { 'X-First': '1', 'X-Second': '2' } }],
  ['allof not', { subject: 'all of it' }],
  ['anyof', { headers: { 'X-Any': 'yes' } }],
  ['INBOX', { subject: 'Nothing of the kind', headers: { 'X-First': '1', 'X-Kind': 'three' } }],
] as const)('tells mail apart: %s', async ([folder, message], { smtp, mailbox }) => {
  const sent = await smtp.send({ to: 'kinds@example.com', ...message })
  await expect(mailbox('kinds').folder(folder)).toReceive(sent)
})

it('answers for who is away: each sender once, mail to the addresses of :addresses, and no list', async ({
  smtp,
  mailbox,
  upstream,
  rig,
}) => {
  await mailbox('away').sieve.install(
    'require "vacation";\nvacation :days 7 :addresses ["sales@example.com"] "I am away until Monday.";\n',
  )
  const first = await smtp.send({ to: 'sales@example.com', from: 'marc@client.example', subject: 'Offer' })
  const reply = await upstream.next({ to: 'marc@client.example' })
  expect(reply.from).toBe('')
  expect(reply.subject).toMatch(/Offer/)
  const text = reply.content.toString()
  expect(text).toContain('I am away until Monday.')
  expect(text).toMatch(/^Auto-Submitted: auto-replied/im)
  expect(text).toContain(`In-Reply-To: <${first.messageId}>`)

  const { answersForEachAddress } = wordsOf(rig.store)
  const silent = [
    { to: 'sales@example.com', from: 'marc@client.example' },
    ...(answersForEachAddress ? [] : [{ to: 'away@example.com', from: 'marc@client.example' }]),
    { to: 'away@example.com', from: 'owner@client.example', headers: { 'List-Id': '<talk.client.example>' } },
    { to: 'info@example.com', from: 'petra@client.example' },
  ]
  for (const mail of silent) await expect(mailbox('away')).toReceive(await smtp.send(mail))
  // What follows all others tells that they brought nothing.
  await smtp.send({ to: 'away@example.com', from: 'last@client.example' })
  await upstream.next({ to: 'last@client.example' })
  expect(upstream.messages.flatMap(({ to }) => to)).toEqual(['marc@client.example', 'last@client.example'])
})
