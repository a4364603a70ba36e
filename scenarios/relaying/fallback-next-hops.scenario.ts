import { expect, type RigFixtures, rig } from 'mailrig/vitest'

const it = rig(
  {
    trustedNetworks: ['lan'],
    upstreams: ['first', 'second', 'dead', 'busy'],
    smarthost: ['first', 'second'],
    routes: { 'dead.example': ['dead', 'second'], 'busy.example': ['busy', 'second'] },
  },
  { covers: ['R7', 'R8', 'S138'] },
)

function send(smtp: RigFixtures['smtp'], to: string) {
  return smtp.send({ side: 'lan', from: 'petra@client.example', to })
}

it('takes the first next hop while it answers', async ({ smtp, upstreams }) => {
  const message = await send(smtp, 'someone@elsewhere.example')
  await upstreams('first').next({ messageId: message.messageId })
  expect(upstreams('second').attempts).toEqual([])
})

it('goes on to the second next hop when the first is down', async ({ smtp, upstreams }) => {
  upstreams('dead').down()
  const message = await send(smtp, 'someone@dead.example')
  await upstreams('second').next({ messageId: message.messageId })
  expect(upstreams('dead').attempts.length, 'tried first').toBeGreaterThan(0)
})

it('goes on to the second next hop when the first has no time', async ({ smtp, upstreams }) => {
  upstreams('busy').on('connect', { reply: '421 4.3.2 come back later' })
  const message = await send(smtp, 'someone@busy.example')
  await upstreams('second').next({ messageId: message.messageId })
  expect(upstreams('busy').attempts.length, 'tried first').toBeGreaterThan(0)
})
