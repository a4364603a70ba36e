import { dkimKey, dkimSign, expect, rig } from 'mailrig/vitest'
import { fieldsOf } from '../header-fields.ts'

// OpenDMARC as Debian has it, behind OpenDKIM. The domain signs all it sends, says who may send it, and asks to refuse the rest.
const key = dkimKey({ domain: 'sender.example' })
const it = rig(
  {
    domains: { 'example.com': { mailboxes: ['jim'] } },
    trustedNetworks: ['lan'],
    filters: { opendkim: {}, opendmarc: { reject: true } },
    internet: {
      'sender.example': { txt: ['v=spf1 ip4:192.0.2.7 -all'] },
      '_dmarc.sender.example': { mx: [], txt: ['v=DMARC1; p=reject'] },
      'lenient.example': { txt: ['v=spf1 -all'] },
      '_dmarc.lenient.example': { mx: [], txt: ['v=DMARC1; p=none'] },
      ...key.internet,
    },
  },
  { needs: ['milters'] },
)

const MAIL = { from: 'marc@sender.example', to: 'jim@example.com' }

it('takes mail that its domain has signed', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ ...MAIL, finish: (content) => dkimSign(content, key) })
  const stored = await mailbox('jim').receive(message)
  expect(fieldsOf(await stored.raw(), 'Authentication-Results').join()).toContain('dmarc=pass')
})

it('refuses mail that comes in the name of the domain from elsewhere', async ({ smtp, observe, mailbox }) => {
  const { rejected } = await smtp.send({ ...MAIL, expectRefusal: true })
  const reply = rejected[0]?.reply
  observe('OpenDMARC refuses', `${reply?.code} ${reply?.lines[0]}`)
  expect(reply).toReply('550')
  await expect(mailbox('jim')).toReceiveNothing()
})

it('marks alone where the domain asks for no more', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ from: 'marc@lenient.example', to: 'jim@example.com' })
  const stored = await mailbox('jim').receive(message)
  expect(fieldsOf(await stored.raw(), 'Authentication-Results').join()).toContain('dmarc=fail')
})

it('leaves its own users alone', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ side: 'lan', ...MAIL })
  await mailbox('jim').receive(message)
})
