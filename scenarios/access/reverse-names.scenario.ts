import { expect, rig } from 'mailrig/vitest'

const it = rig(
  {
    domains: { 'example.com': { mailboxes: ['jim'] } },
    clients: {
      'mail.partner.example': {},
      'nameless.example': { ptr: false },
      'liar.example': { ptr: 'mail.partner.example' },
    },
    internet: ['elsewhere.example'],
    access: [{ client: 'mail.partner.example', action: 'RELAY' }],
  },
  { covers: ['R10'] },
)

it('lets a client relay that is known by its name', async ({ smtp, upstream }) => {
  const message = await smtp.send({ client: 'mail.partner.example', to: 'someone@elsewhere.example' })
  await upstream.next({ messageId: message.messageId })
})

it.for(['nameless.example', 'liar.example'])(
  'does not take %s for it: the name has to lead back to the address',
  async (client, { smtp }) => {
    const { rejected } = await smtp.send({ client, to: 'someone@elsewhere.example', expectRefusal: true })
    expect(rejected[0]?.reply.code).toBeGreaterThanOrEqual(400)
  },
)

it.for(['mail.partner.example', 'nameless.example', 'liar.example'])(
  'writes down who %s is',
  async (client, { smtp, mailbox, rig, observe }) => {
    const message = await smtp.send({ client, helo: 'somebody.example', to: 'jim@example.com' })
    const stored = await mailbox('jim').receive(message)
    const [, from = ''] = /^Received: from (.*?)\s+by /ms.exec((await stored.raw()).toString()) ?? []
    const address = rig.addresses.clients?.[client] ?? ''
    expect(from).toContain(address)
    // Only a name that leads back is one.
    expect(from.includes('mail.partner.example')).toBe(client === 'mail.partner.example')
    observe(`Received, from ${client}`, from.replaceAll(address, 'ADDRESS').replaceAll(/\s+/g, ' '))
  },
)
