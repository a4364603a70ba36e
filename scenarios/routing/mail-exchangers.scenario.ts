import { expect, type RigFixtures, rig } from 'mailrig/vitest'

const fallback = (first: string) => ({
  mx: [
    { preference: 10, upstream: first },
    { preference: 20, upstream: 'second' },
  ],
})

// Exim remembers for a second that a host has failed, so each test has a host of its own to fail.
const it = rig(
  {
    trustedNetworks: ['lan'],
    upstreams: ['first', 'second', 'dead', 'busy', 'failing', 'refusing', 'late'],
    internet: {
      'client.example': {},
      'one.example': { mx: [{ upstream: 'first' }] },
      'two.example': { mx: [{ upstream: 'second' }] },
      'order.example': {
        mx: [
          { preference: 20, upstream: 'second' },
          { preference: 10, upstream: 'first' },
        ],
      },
      'equal.example': {
        mx: [
          { preference: 10, upstream: 'first' },
          { preference: 10, upstream: 'second' },
        ],
      },
      'dead.example': fallback('dead'),
      'busy.example': fallback('busy'),
      'failing.example': fallback('failing'),
      'refusing.example': fallback('refusing'),
      'ghost.example': {
        mx: [
          { preference: 10, host: 'missing.example' },
          { preference: 20, upstream: 'second' },
        ],
      },
      'ghosts-only.example': { mx: [{ preference: 10, host: 'missing.example' }] },
      'address-only.example': { mx: [], a: ['second'] },
      'late.example': { mx: [{ upstream: 'late' }] },
    },
  },
  { covers: ['R7', 'R9', 'S27', 'S138', 'S140', 'S142', 'S144'] },
)

it('delivers straight to the exchanger of the domain, each recipient to that of its own', async ({
  smtp,
  upstreams,
}) => {
  const message = await smtp.send({ side: 'lan', to: ['jim@one.example', 'petra@two.example'] })
  const [one, two] = await Promise.all([handedTo('first', message, upstreams), handedTo('second', message, upstreams)])
  expect(one.to).toEqual(['jim@one.example'])
  expect(two.to).toEqual(['petra@two.example'])
})

it('chooses the exchanger with the lowest preference', async ({ smtp, upstreams }) => {
  const message = await smtp.send({ side: 'lan', to: 'jim@order.example' })
  await handedTo('first', message, upstreams)
  expect(upstreams('second').attempts).toEqual([])
})

it('takes either of two exchangers with one preference, and hands each message to one of them', async ({
  smtp,
  mta,
  upstreams,
}) => {
  const messages = await Promise.all(
    Array.from({ length: 8 }, () => smtp.send({ side: 'lan', to: 'jim@equal.example' })),
  )
  await mta.settled(messages)
  const [first, second] = [upstreams('first').messages, upstreams('second').messages]
  const came = [...first, ...second].map(({ messageId }) => messageId)
  expect(came.toSorted()).toEqual(messages.map(({ messageId }) => messageId).toSorted())
})

it('goes on to the next exchanger when the first does not exist', async ({ rig, smtp, upstreams }) => {
  const message = await smtp.send({ side: 'lan', to: 'jim@ghost.example' })
  await handedTo('second', message, upstreams)
  expect(rig.dns.queries.find(({ name }) => name === 'missing.example')?.rcode).toBe('NXDOMAIN')
})

it('delivers to the address of a domain that has no exchanger', async ({ smtp, upstreams }) => {
  const message = await smtp.send({ side: 'lan', to: 'jim@address-only.example' })
  await handedTo('second', message, upstreams)
})

it('tells the sender when no exchanger of the domain exists', async ({ smtp, mta, upstreams }) => {
  mta.requires('returns-without-exchanger')
  const message = await smtp.send({
    side: 'lan',
    from: 'marc@client.example',
    to: 'jim@ghosts-only.example',
    expectRefusal: true,
  })
  await mta.settled(message)
  const told = message.accepted.length === 0 || upstreams('upstream').messages.some(({ from }) => from === '')
  expect(told, 'refused, or returned to marc@client.example by way of its exchanger').toBe(true)
})

it('goes on to the next exchanger when the first is down', async ({ smtp, upstreams }) => {
  upstreams('dead').down()
  const message = await smtp.send({ side: 'lan', to: 'jim@dead.example' })
  await handedTo('second', message, upstreams)
  expect(upstreams('dead').attempts.length, 'tried first').toBeGreaterThan(0)
})

it.for([
  ['busy', '421 4.3.2 come back later'],
  ['failing', '451 4.3.0 something is amiss'],
] as const)(
  'goes on to the next exchanger when the first, %s, greets with %s',
  async ([name, greeting], { smtp, upstreams }) => {
    upstreams(name).on('connect', { reply: greeting })
    const message = await smtp.send({ side: 'lan', to: `jim@${name}.example` })
    await handedTo('second', message, upstreams)
    expect(upstreams(name).attempts.length, 'tried first').toBeGreaterThan(0)
    expect(upstreams(name).messages).toEqual([])
  },
)

it('goes on to the next exchanger or returns the mail when the first greets with 554', async ({
  smtp,
  mta,
  upstreams,
  observe,
}) => {
  upstreams('refusing').on('connect', { reply: '554 5.7.1 go away' })
  const message = await smtp.send({ side: 'lan', from: 'marc@client.example', to: 'jim@refusing.example' })
  await mta.settled(message)
  expect(upstreams('refusing').attempts.length, 'tried first').toBeGreaterThan(0)
  const passedOn = upstreams('second').messages.length
  const returned = upstreams('upstream').messages.filter(({ from }) => from === '').length
  expect(passedOn + returned).toBe(1)
  observe('the first of two exchangers greets with 554', passedOn === 1 ? 'the next is tried' : 'the mail is returned')
})

it('keeps the mail while the only exchanger is down, and delivers it once it is up', async ({
  smtp,
  mta,
  upstreams,
}) => {
  const late = upstreams('late')
  late.down()
  const message = await smtp.send({ side: 'lan', to: 'jim@late.example' })
  await mta.queue.deferred(message)
  late.up()
  await handedTo('late', message, upstreams)
})

function handedTo(name: string, message: { messageId: string }, upstreams: RigFixtures['upstreams']) {
  return upstreams(name).next({ messageId: message.messageId })
}
