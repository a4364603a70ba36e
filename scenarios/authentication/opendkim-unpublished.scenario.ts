import { authenticate, expect, rig } from 'mailrig/vitest'
import { fieldsOf } from '../header-fields.ts'

const WRONG = [
  { published: false, what: 'DNS does not have the key', dkim: /^(?:none|neutral|temperror|permerror|fail)$/ },
  { published: 'another', what: 'DNS has another key', dkim: /^fail$/ },
] as const

for (const { published, what, dkim } of WRONG) {
  const it = rig(
    {
      domains: { 'example.com': { mailboxes: ['jim'] } },
      trustedNetworks: ['lan'],
      filters: { opendkim: { sign: ['example.com'], onFailure: 'accept' } },
      dkim: { 'example.com': { published } },
      internet: { 'elsewhere.example': {} },
    },
    { needs: ['milters'] },
  )

  it(`does not notice that ${what}: the receiver does`, async ({ smtp, upstream, rig }) => {
    const message = await smtp.send({ side: 'lan', from: 'jim@example.com', to: 'x@elsewhere.example' })
    const relayed = await upstream.next({ messageId: message.messageId })
    expect(fieldsOf(relayed.content, 'DKIM-Signature').join()).toContain('d=example.com')
    const found = await authenticate(relayed.content, rig.dns.zone, {
      client: relayed.clientAddress,
      helo: relayed.helo,
      from: relayed.from,
    })
    expect(found.dkim).toMatch(dkim)
  })
}
