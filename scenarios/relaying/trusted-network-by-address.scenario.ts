import { expect, rig } from 'mailrig/vitest'

// All addresses a rig can have are in the first; the second is nobody's (RFC 5737).
const it = rig(
  { trustedNetworks: ['198.18.0.0/15', '192.0.2.0/25'], internet: ['elsewhere.example'] },
  { covers: ['R6', 'S9'] },
)

it.for(['lan', 'internet'] as const)(
  'relays for a client on the %s side, whose address is in a trusted network',
  async (side, { smtp, upstream }) => {
    const message = await smtp.send({ side, to: 'someone@elsewhere.example' })
    const relayed = await upstream.next({ messageId: message.messageId })
    expect(relayed.to).toEqual(['someone@elsewhere.example'])
  },
)
