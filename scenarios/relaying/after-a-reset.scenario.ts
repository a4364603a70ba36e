import { expect, rig } from 'mailrig/vitest'

const it = rig({
  domains: { 'example.com': { mailboxes: ['jim'] } },
  trustedNetworks: ['lan'],
  internet: ['elsewhere.example'],
  // Postfix keeps connections open by itself where mail comes close together; here it keeps each for two seconds.
  native: { postfix: { 'main.cf': { smtp_connection_cache_destinations: 'elsewhere.example' } } },
})

const outbound = { side: 'lan', from: 'jim@example.com', to: 'someone@elsewhere.example' } as const

it('opens a new connection for the next message', async ({ smtp, mta, upstream }) => {
  await upstream.next({ messageId: (await smtp.send(outbound)).messageId })
  upstream.reset()
  await upstream.offerTls()
  const message = await smtp.send(outbound)
  const relayed = await upstream.next({ messageId: message.messageId })
  expect(relayed.tls, 'what a connection of before could not have').toMatchObject({ protocol: 'TLSv1.3' })
  expect(upstream.attempts.filter(({ messages }) => messages.includes(relayed))).toHaveLength(1)
  await mta.settled(message)
  expect(mta.log.eventsOf(message).map(({ event }) => event)).not.toContain('deferred')
})

it('opens a new connection for messages that waited together', async ({ smtp, mta, upstream }) => {
  upstream.down()
  const messages = [await smtp.send(outbound), await smtp.send(outbound), await smtp.send(outbound)]
  for (const message of messages) await mta.queue.deferred(message)
  upstream.up()
  await upstream.next()
  const before = [...upstream.attempts]
  // Exim and sendmail would hand over the other two on the connection of the first.
  upstream.reset()
  await mta.settled(messages)
  for (const attempt of before) expect(attempt.messages.length, attempt.transcript).toBeLessThanOrEqual(1)
  const handedOver = [...before, ...upstream.attempts].flatMap((attempt) => attempt.messages)
  expect(handedOver.map(({ messageId }) => messageId).sort()).toEqual(messages.map(({ messageId }) => messageId).sort())
})
