import { expect, rig } from 'mailrig/vitest'
import { collectEvidence, formatEvidence } from '../../src/rig/evidence.ts'
import type { Traveller } from '../../src/rig/journey.ts'
import type { Rig } from '../../src/rig/rig.ts'

const it = rig(
  {
    domains: { 'example.com': { mailboxes: ['jim'], aliases: { sales: 'jim' } } },
    trustedNetworks: ['lan'],
    internet: ['elsewhere.example'],
    access: [{ sender: 'adverts@client.example', action: 'DISCARD' }],
  },
  { covers: ['S9', 'S89', 'M1'] },
)

const outbound = { side: 'lan', from: 'marc@client.example', to: 'someone@elsewhere.example' } as const

it('follows a message from the session to the mailbox', async ({ rig, smtp, mailbox }) => {
  const message = await smtp.send({ to: 'sales@example.com' })
  await expect(mailbox('jim')).toReceive(message)
  await rig.mta.settled(message)
  await rig.store.logged(new RegExp(message.messageId))
  const { fates, steps, queueIds } = message.journey()
  expect(fates).toMatchObject([{ fate: 'delivered' }])
  expect([...new Set(steps.map(({ hop }) => hop))].sort()).toEqual(['client', rig.mta.name, 'dovecot'].sort())
  expect(steps.map(({ at }) => at)).toEqual(steps.map(({ at }) => at).sort((a, b) => a - b))
  expect(steps.at(0)?.what).toMatch(/^MAIL FROM:<sender@client\.example> → 250/)
  expect(rig.journey({ messageId: message.messageId }).queueIds, 'the Message-ID is enough').toEqual(queueIds)
})

it('follows a message to the next hop, through every try', async ({ rig, smtp, upstream }) => {
  upstream.on('rcpt', { reply: '451 4.3.2 come back later' }, { times: 1 })
  const message = await smtp.send(outbound)
  await expect(upstream).toHaveRelayed(message)
  await rig.mta.settled(message)
  const { fates, steps } = message.journey()
  expect(fates).toEqual([{ recipient: 'someone@elsewhere.example', fate: 'delivered' }])
  const way = steps.map(({ hop, what }) => `${hop} ${what.split(' ', 1)}`)
  expect(way).toContain(`${rig.mta.name} deferred`)
  expect(way.indexOf(`${rig.mta.name} deferred`)).toBeLessThan(way.indexOf('upstream upstream took'))
})

/** What stands at the head of the evidence when a test fails. */
async function head(rig: Rig, message: Traveller): Promise<string> {
  const evidence = await collectEvidence(rig, { transcripts: [], messages: [message] })
  return formatEvidence(evidence).split('\n').slice(0, 5).join('\n')
}

it('names the reason of a refusal first', async ({ rig, smtp }) => {
  const message = await smtp.send({ ...outbound, side: 'internet', expectRefusal: true })
  expect(await head(rig, message)).toMatch(
    /<someone@elsewhere\.example> refused: [45]\d\d .*(?:relay|Invalid recipient)/i,
  )
})

it('names the reason of a discard first', async ({ rig, smtp, mta }) => {
  const message = await smtp.send({ from: 'adverts@client.example', to: 'jim@example.com' })
  await mta.settled(message)
  expect(await head(rig, message)).toMatch(/\bdiscarded: \S/)
})

it('names the reason of a bounce first', async ({ rig, smtp, mta, upstream }) => {
  upstream.on('rcpt', { reply: '550 5.1.1 no such user' }, { when: ({ recipient }) => recipient !== outbound.from })
  const message = await smtp.send(outbound)
  await mta.settled(message)
  expect(await head(rig, message)).toMatch(/<someone@elsewhere\.example> bounced: .*(?:no such user|User unknown)/)
})

it('names the reason of a deferral first', async ({ rig, smtp, mta, upstream }) => {
  upstream.on('rcpt', { reply: '451 4.3.2 come back later' })
  const message = await smtp.send(outbound)
  await mta.queue.deferred(message)
  expect(await head(rig, message)).toMatch(/<someone@elsewhere\.example> deferred: .*4\.3\.2 come back later/)
})
