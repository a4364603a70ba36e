import { expect, patience, rig } from 'mailrig/vitest'

const it = rig({ trustedNetworks: ['lan'], internet: ['elsewhere.example'] }, { covers: ['M1', 'M2', 'M3', 'S9'] })

const outbound = { side: 'lan', from: 'marc@client.example' } as const

it('lists a message that waits, with its envelope, its size and why', async ({ smtp, mta, upstream }) => {
  upstream.on('rcpt', { reply: '451 4.3.2 come back later' })
  const before = Date.now()
  const message = await smtp.send({ ...outbound, to: ['late@elsewhere.example', 'later@elsewhere.example'] })
  const deferral = await mta.queue.deferred(message)
  expect(deferral).toMatchObject({ reply: expect.stringMatching(/^451 4\.3\.2 come back later/), status: '4.3.2' })

  const find = async () => (await mta.queue.list()).find(({ queueId }) => queueId === mta.queueIdOf(message))
  let entry = await find()
  while (entry?.recipients.some(({ reason }) => reason === undefined)) {
    // Listed in the middle of a try, which ends with the next deferral.
    await mta.log.next((line) => line.includes('come back later'))
    entry = await find()
  }
  expect(entry?.sender).toBe('marc@client.example')
  expect(entry?.recipients.map(({ address }) => address).sort()).toEqual([
    'late@elsewhere.example',
    'later@elsewhere.example',
  ])
  for (const { address, reason } of entry?.recipients ?? []) expect(reason, address).toContain('4.3.2 come back later')
  expect(entry?.size).toBeGreaterThan(0)
  // To the minute, where the server tells no more.
  expect(Math.abs((entry?.arrival ?? 0) - before)).toBeLessThan(61_000)
})

it('tries again while the next hop is down, and delivers once when it is up', async ({ smtp, mta, upstream }) => {
  upstream.down()
  const message = await smtp.send({ ...outbound, to: 'someone@elsewhere.example' })
  const deferral = await mta.queue.deferred(message)
  expect(deferral.to).toEqual(['someone@elsewhere.example'])

  upstream.up()
  await expect(upstream).toHaveRelayed(message)
  await mta.settled(message)
  expect(upstream.messages.filter(({ messageId }) => messageId === message.messageId)).toHaveLength(1)
  expect(mta.log.eventsOf(message).filter(({ event }) => event === 'delivered')).toHaveLength(1)
})

it(
  'keeps what is on hold from every try, and delivers it when it is released',
  async ({ smtp, mta, upstream }) => {
    upstream.down()
    const message = await smtp.send({ ...outbound, to: 'held@elsewhere.example' })
    await mta.queue.deferred(message)
    await mta.queue.hold(message)
    const state = async () =>
      (await mta.queue()).find(({ queueId }) => queueId === mta.queueIdOf(message))?.state ?? 'not queued'
    expect(await state()).toMatch(/^(?:hold|frozen)$/)

    upstream.up()
    // A message sent after it is delivered before it.
    const other = await smtp.send({ ...outbound, to: 'other@elsewhere.example' })
    await expect(upstream).toHaveRelayed(other)
    expect(await state()).toMatch(/^(?:hold|frozen)$/)

    await mta.queue.release(message)
    await mta.queue.flush()
    await expect(upstream).toHaveRelayed(message)
    await mta.settled(message)
  },
  patience(40_000),
)

it('delivers nothing of what was deleted from the queue', async ({ smtp, mta, upstream }) => {
  upstream.down()
  const message = await smtp.send({ ...outbound, to: 'deleted@elsewhere.example' })
  await mta.queue.deferred(message)
  await mta.queue.delete(message)
  upstream.up()
  await mta.queue.flush()
  await mta.settled(message)
  expect(upstream.messages.map(({ messageId }) => messageId)).not.toContain(message.messageId)
  expect((await mta.queue()).map(({ queueId }) => queueId)).not.toContain(mta.queueIdOf(message))
})

it('has an empty queue in the end', async ({ smtp, mta, upstream }) => {
  const message = await smtp.send({ ...outbound, to: 'last@elsewhere.example' })
  await mta.queue.flush()
  await mta.queue.empty()
  await expect(upstream).toHaveRelayed(message)
  expect(await mta.queue()).toEqual([])
})
