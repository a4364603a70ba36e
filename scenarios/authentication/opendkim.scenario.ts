import { dkimKey, dkimSign, expect, rig } from 'mailrig/vitest'
import { fieldsOf } from '../header-fields.ts'

// OpenDKIM as Debian has it signs for example.com, whose users write from the lan, and verifies what strangers bring.
const key = dkimKey({ domain: 'sender.example' })
const it = rig(
  {
    domains: { 'example.com': { mailboxes: ['jim'] } },
    trustedNetworks: ['lan'],
    filters: { opendkim: { sign: ['example.com'] } },
    dkim: ['example.com'],
    internet: { 'sender.example': {}, 'elsewhere.example': {}, ...key.internet },
  },
  { needs: ['milters'] },
)

const STRANGER = { from: 'marc@sender.example', to: 'jim@example.com' }

it('signs what its users send', async ({ smtp, upstream }) => {
  const message = await smtp.send({ side: 'lan', from: 'jim@example.com', to: 'x@elsewhere.example' })
  const relayed = await upstream.next({ messageId: message.messageId })
  expect(fieldsOf(relayed.content, 'DKIM-Signature').join()).toContain('d=example.com')
  await expect(relayed).toHaveAuthenticationResults({ dkim: 'pass' })
})

it('signs what a user sends who has logged in', async ({ smtp, upstream }) => {
  const message = await smtp.send({
    service: 'submission',
    auth: { user: 'jim@example.com', password: 'secret' },
    from: 'jim@example.com',
    to: 'x@elsewhere.example',
  })
  const relayed = await upstream.next({ messageId: message.messageId })
  await expect(relayed).toHaveAuthenticationResults({ dkim: 'pass' })
})

it('does not sign for strangers, whatever they call themselves', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ from: 'jim@example.com', to: 'jim@example.com' })
  const stored = await mailbox('jim').receive(message)
  expect(fieldsOf(await stored.raw(), 'DKIM-Signature')).toEqual([])
})

it('tells in the header what it found', async ({ smtp, mailbox }) => {
  const signed = await smtp.send({ ...STRANGER, finish: (content) => dkimSign(content, key) })
  const stored = await mailbox('jim').receive(signed)
  expect(fieldsOf(await stored.raw(), 'Authentication-Results').join()).toContain('dkim=pass')
})

it('finds a signature that was broken on the way', async ({ smtp, mailbox }) => {
  const broken = await smtp.send({ ...STRANGER, finish: (content) => dkimSign(content, key, { broken: 'body' }) })
  const stored = await mailbox('jim').receive(broken)
  expect(fieldsOf(await stored.raw(), 'Authentication-Results').join()).toContain('dkim=fail')
})

it('puts mail off while it is away, and loses none', async ({ smtp, filterServer, upstream }) => {
  const opendkim = filterServer('opendkim')
  await opendkim.stop()
  const mail = { side: 'lan', from: 'jim@example.com', to: 'x@elsewhere.example' } as const
  const { rejected } = await smtp.send({ ...mail, expectRefusal: true })
  expect(rejected[0]?.reply).toReply('4xx')
  await opendkim.start()
  const message = await smtp.send(mail)
  const relayed = await upstream.next({ messageId: message.messageId })
  await expect(relayed).toHaveAuthenticationResults({ dkim: 'pass' })
})
