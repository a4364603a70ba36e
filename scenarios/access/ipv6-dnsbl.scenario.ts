import { expect, rig } from 'mailrig/vitest'

const it = rig(
  {
    ipv6: true,
    domains: { 'example.com': { mailboxes: ['jim'] } },
    dnsbl: { 'list.example': { listed: { internet: '127.0.0.2' } } },
  },
  { needs: ['ipv6-blocklists'] },
)

it('refuses a client that is listed by its IPv6 address', async ({ smtp }) => {
  const { rejected } = await smtp.send({ ipv6: true, to: 'jim@example.com', expectRefusal: true })
  expect(rejected[0]?.reply).toReply('55x')
})
