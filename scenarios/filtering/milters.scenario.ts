import { expect, rig } from 'mailrig/vitest'

// Two filters: mail is put off where the first cannot be asked, and goes on where the second cannot.
const it = rig(
  {
    domains: { 'example.com': { mailboxes: ['jim', 'petra'] } },
    milters: { filter: {}, lenient: { timeout: 2, onFailure: 'accept' } },
  },
  { needs: ['milters'] },
)

it('tells a milter who connects, the envelope, the message, and what it knows beside', async ({ smtp, milter }) => {
  const message = await smtp.send({
    from: 'marc@client.example',
    to: ['jim@example.com', 'petra@example.com'],
    headers: { 'X-Note': 'one two' },
    text: 'The body.\n',
  })
  const told = milter.message(message)
  expect(told).toMatchObject({
    client: { name: 'client.example' },
    helo: 'client.example',
    from: 'marc@client.example',
    to: ['jim@example.com', 'petra@example.com'],
    verdict: 'continue',
  })
  expect(told.header('X-Note')).toBe('one two')
  // Its own trace field is none of what came.
  expect(told.header('Received')).toBeUndefined()
  expect(told.body.toString()).toContain('The body.\r\n')
  expect(told.macros).toMatchObject({ i: message.queueIds[0], j: 'mx.example.com' })
})

const STAGES = ['connect', 'helo', 'mail', 'rcpt', 'data', 'header', 'eoh', 'body', 'eom'] as const
const STEPS = ['the greeting', 'EHLO', 'MAIL', 'RCPT', 'DATA', 'the end of the message']

for (const stage of STAGES) {
  it(`passes a refusal at ${stage} on to the client`, async ({ smtp, milter, mailbox, observe }) => {
    milter.on(stage, { reply: '550 5.7.1 not by this filter' })
    const session = await smtp.session()
    const replies = [session.greeting]
    for (const line of [
      'EHLO client.example',
      'MAIL FROM:<marc@client.example>',
      'RCPT TO:<jim@example.com>',
      'DATA',
    ]) {
      if ((replies.at(-1)?.code ?? 0) < 400) replies.push(await session.command(line))
    }
    if (replies.at(-1)?.code === 354) {
      await session.write('Subject: x\r\n\r\nbody\r\n.\r\n')
      replies.push(await session.reply())
    }
    const last = replies.at(-1)
    observe(`a milter refuses at ${stage}`, `${STEPS[replies.length - 1]}: ${last?.code} ${last?.lines[0]}`)
    expect(last).toReply('55x')
    await expect(mailbox('jim')).toReceiveNothing()
  })
}

it('puts mail off where a milter says so, and throws it away', async ({ smtp, milter, mailbox }) => {
  milter.on('rcpt', { answer: 'tempfail' }, { times: 1 })
  const later = await smtp.send({ to: 'jim@example.com', expectRefusal: true })
  expect(later.rejected[0]?.reply).toReply('4xx')
  milter.on('eom', { answer: 'discard' })
  await smtp.send({ to: 'jim@example.com' })
  expect(milter.messages.map(({ verdict }) => verdict)).toEqual(['discard'])
  await expect(mailbox('jim')).toReceiveNothing()
})

it('refuses some recipients, and asks no more of a message that is accepted', async ({ smtp, milter, mailbox }) => {
  milter.on('rcpt', { reply: '550 5.1.1 not jim' }, { when: ({ recipient }) => recipient === 'jim@example.com' })
  milter.on('data', { answer: 'accept' })
  milter.on('eom', { answer: 'reject' })
  const message = await smtp.send({ to: ['jim@example.com', 'petra@example.com'] })
  expect(message.rejected[0]?.reply).toReply('550 5.1.1', 'not jim')
  await expect(mailbox('petra')).toReceive(message)
  expect(milter.messages).toEqual([])
  expect(milter.incomplete).toMatchObject([{ to: ['petra@example.com'], verdict: 'accept' }])
})

it('changes header, body and envelope as a milter asks', async ({ smtp, milter, mailbox, observe }) => {
  milter.on('eom', {
    addHeaders: { 'X-Added': 'behind' },
    insertHeaders: { 'X-Inserted': 'above' },
    changeHeaders: { Subject: 'changed' },
    deleteHeaders: ['X-Old'],
    body: 'Another body.\n',
    sender: 'other@client.example',
    addRecipients: ['petra@example.com'],
    deleteRecipients: ['jim@example.com'],
  })
  const message = await smtp.send({ to: 'jim@example.com', subject: 'first', headers: { 'X-Old': 'gone' } })
  const received = await mailbox('petra').receive(message)
  const text = (await received.raw()).toString()
  const names = [...text.slice(0, text.indexOf('\r\n\r\n')).matchAll(/^([!-9;-~]+):/gm)].map(([, name]) => name)
  expect(names).not.toContain('X-Old')
  expect(text).toMatch(/^X-Added: behind\r$/m)
  expect(text).toMatch(/^Subject: changed\r$/m)
  expect(text).toMatch(/\r\n\r\nAnother body\.\r\n/)
  expect(text).toMatch(/^Return-Path: <other@client\.example>/m)
  const trace = names.lastIndexOf('Received')
  observe(
    'a field that a milter inserts at the top',
    names.indexOf('X-Inserted') < trace ? 'above Received' : 'below Received',
  )
  await expect(mailbox('jim')).toReceiveNothing()
})

it('puts a message aside that a milter quarantines', async ({ smtp, milter, mta, mailbox }) => {
  milter.on('eom', { quarantine: 'looks odd' })
  const message = await smtp.send({ to: 'jim@example.com' })
  await expect(mta).toHaveLogged({ event: 'held', queueId: message.queueIds[0] ?? '' })
  expect(await mta.queue()).toMatchObject([{ queueId: message.queueIds[0], state: 'hold' }])
  const stored = await mailbox('jim').list()
  expect(stored.map(({ messageId }) => messageId)).not.toContain(message.messageId)
})

it('puts mail off while a milter breaks off or is away', async ({ smtp, milter }) => {
  milter.on('rcpt', { drop: true }, { times: 1 })
  const broken = await smtp.send({ to: 'jim@example.com', expectRefusal: true })
  expect(broken.rejected[0]?.reply).toReply('4xx')
  milter.down()
  const away = await smtp.send({ to: 'jim@example.com', expectRefusal: true })
  expect(away.rejected[0]?.reply).toReply('4xx')
})

it('lets mail through without a milter that may fail: it is away, or says nothing', async ({
  smtp,
  milters,
  mailbox,
}) => {
  milters('lenient').on('mail', { silent: true })
  await expect(mailbox('jim')).toReceive(await smtp.send({ to: 'jim@example.com' }))
  milters('lenient').down()
  const message = await smtp.send({ to: 'jim@example.com' })
  await expect(mailbox('jim')).toReceive(message)
  expect(milters('filter').message(message).verdict).toBe('continue')
  expect(() => milters('lenient').message(message)).toThrow('was not told of the message')
  expect(() => milters('fliter')).toThrow('there is no milter "fliter"; did you mean "filter"')
})
