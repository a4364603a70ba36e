import { expect, rig } from 'mailrig/vitest'

/*
 * Each pair of tests is one: the first leaves something in the servers, the second must not meet it. Take away the calls of
 * `aftermath` in src/vitest/fixtures.ts, and the second of each pair fails but for TLS, where src/upstream/upstream.ts
 * makes a new context with each certificate. docs/state-between-tests.md has the list.
 */
const it = rig({
  domains: { 'example.com': { mailboxes: ['jim'] } },
  trustedNetworks: ['lan'],
  internet: ['elsewhere.example'],
  queue: { retryAfter: 30 },
  native: {
    postfix: { 'main.cf': { smtp_tls_session_cache_database: 'btree:/var/lib/postfix/smtp_tls_sessions' } },
  },
})

const outbound = { side: 'lan', from: 'jim@example.com', to: 'someone@elsewhere.example' } as const

it('leaves messages that wait for a host that is down', async ({ smtp, mta, upstream }) => {
  upstream.down()
  // Postfix takes a host for dead when as many tries have failed as it makes at a time.
  const messages = await Promise.all(Array.from({ length: 10 }, () => smtp.send(outbound)))
  for (const message of messages) await mta.queue.deferred(message)
})

it('tries the host at once, and finds the queue empty', async ({ smtp, mta, upstream }) => {
  expect(await mta.queue()).toEqual([])
  const message = await smtp.send(outbound)
  await upstream.next({ messageId: message.messageId })
  await mta.settled(message)
  expect(mta.log.eventsOf(message).map(({ event }) => event)).not.toContain('deferred')
  expect(upstream.messages.map(({ messageId }) => messageId)).toEqual([message.messageId])
})

it('leaves a message under way', async ({ smtp, upstream }) => {
  upstream.on('message', { delay: 200 })
  await smtp.send(outbound)
})

it('finds it gone', async ({ smtp, mta, upstream }) => {
  const message = await smtp.send(outbound)
  await mta.settled(message)
  expect(upstream.messages.map(({ messageId }) => messageId)).toEqual([message.messageId])
})

it('leaves a DNS zone in which nothing is', async ({ rig, smtp, mta }) => {
  rig.dns.zone = { records: new Map(), ancestors: new Set() }
  const message = await smtp.send(outbound)
  await mta.settled(message)
  expect(mta.log.eventsOf(message).map(({ event }) => event)).toContain('bounced')
})

it('finds the names of the topology again', async ({ rig, smtp, upstream }) => {
  const asked = rig.dns.queries.length
  await upstream.next({ messageId: (await smtp.send(outbound)).messageId })
  const names = rig.dns.queries.slice(asked).map(({ type, name }) => `${type} ${name.toLowerCase()}`)
  expect(names, 'no answer is remembered').toContain('MX elsewhere.example')
})

it('leaves a TLS session that Postfix resumes', async ({ smtp, upstream }) => {
  await upstream.offerTls()
  for (const resumed of [false, expect.any(Boolean)]) {
    const { tls } = await upstream.next({ messageId: (await smtp.send(outbound)).messageId })
    expect(tls).toMatchObject({ resumed })
  }
})

it('shakes hands anew', async ({ smtp, upstream }) => {
  await upstream.offerTls()
  const { tls } = await upstream.next({ messageId: (await smtp.send(outbound)).messageId })
  expect(tls).toMatchObject({ resumed: false })
})
