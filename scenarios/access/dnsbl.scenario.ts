import { expect, rig } from 'mailrig/vitest'

const topology = {
  domains: { 'example.com': { mailboxes: ['jim'] } },
  trustedNetworks: ['lan'],
}

const listed = rig(
  {
    ...topology,
    dnsbl: { 'list.example': { listed: { lan: '127.0.0.2', internet: '127.0.0.4' }, text: 'seen sending' } },
  },
  { covers: ['R10'] },
)

listed('refuses a client that a blocklist lists', async ({ smtp, rig, observe }) => {
  const { rejected } = await smtp.send({ to: 'jim@example.com', expectRefusal: true })
  expect(rejected[0]?.reply).toReply('55x')
  observe('a client that is on a DNS blocklist', rejected[0]?.reply ?? 'accepted')
  expect(rig.dns.queries.filter(({ name }) => name.endsWith('.list.example')).length).toBeGreaterThan(0)
})

listed('asks no list about a trusted client', async ({ smtp, mailbox, rig }) => {
  const before = rig.dns.queries.length
  await expect(mailbox('jim')).toReceive(await smtp.send({ side: 'lan', to: 'jim@example.com' }))
  const asked = rig.dns.queries.slice(before).filter(({ name }) => name.endsWith('.list.example'))
  expect(asked).toEqual([])
})

listed('asks no list about who has logged in', async ({ smtp, mailbox }) => {
  const auth = { user: 'jim@example.com', password: 'secret' }
  await expect(mailbox('jim')).toReceive(
    await smtp.send({ service: 'submissions', auth, from: auth.user, to: 'jim@example.com' }),
  )
})

const error = rig(
  {
    ...topology,
    dnsbl: {
      'list.example': { listed: { internet: '127.255.255.254' }, codes: ['127.0.0.2', '127.0.0.4'] },
      'silent.example': { asked: false, listed: { internet: '127.0.0.2' } },
      'empty.example': {},
    },
  },
  { covers: ['R10'] },
)

error('takes an answer that is none of the codes for no listing', async ({ smtp, mailbox, rig }) => {
  await expect(mailbox('jim')).toReceive(await smtp.send({ to: 'jim@example.com' }))
  const names = rig.dns.queries.map(({ name }) => name)
  expect(names.some((name) => name.endsWith('.list.example'))).toBe(true)
  expect(names.some((name) => name.endsWith('.empty.example'))).toBe(true)
  expect(names.some((name) => name.endsWith('.silent.example'))).toBe(false)
})
