import { expect, rig } from 'mailrig/vitest'
import { describe } from 'vitest'
import { LONG } from './long.ts'

const world = {
  domains: { 'example.com': { mailboxes: ['jim'] } },
  trustedNetworks: ['lan'],
  internet: ['elsewhere.example'],
  // For a minute, master(8) starts no other daemon in place of one that died: nobody has to wait for that here.
  native: { postfix: { 'main.cf': { service_throttle_time: '1s' } } },
}
const it = rig(world, { disk: true })
const elsewhere = 'someone@elsewhere.example'

describe.each(['mail', 'rcpt', 'data', 'dot'] as const)('killed in a dialogue, at %s', (moment) => {
  it('has what it took before, and goes on', async ({ fault, smtp, rig, upstream }) => {
    const before = await smtp.send({ side: 'lan', to: elsewhere })
    const { messageId } = await fault.killAt(moment, { to: elsewhere })
    const after = await smtp.send({ side: 'lan', to: elsewhere })
    await expect(upstream).toHaveRelayed(before)
    await expect(upstream).toHaveRelayed(after)
    await expect(rig).toHaveLostNothing()
    // Nobody answered for it; where the final dot was said it may have come all the same (RFC 5321 §6.1).
    const came = upstream.messages.filter((message) => message.messageId === messageId)
    expect(came.length).toBeLessThanOrEqual(moment === 'dot' ? 1 : 0)
  })
})

it('loses nothing when a daemon of it is killed', { timeout: LONG }, async ({ load, fault, rig, upstream }) => {
  const daemons = Object.keys(rig.machine('mta')?.durability?.daemons ?? {})
  upstream.on('mail', { delay: 300 })
  const underWay = load({ messages: 30, connections: 1, to: elsewhere })
  let killed: string | undefined
  for (const daemon of daemons) {
    // Not each of them runs at each moment. One is enough.
    if (killed !== undefined) break
    const { servers } = await fault.kill({ daemon, afterAccepted: 5 }).catch((error: unknown) => {
      expect(error).toMatchObject({ code: 'FAULT_NOT_REACHED', message: expect.stringContaining(daemon) })
      return { servers: [] }
    })
    if (servers.length > 0) killed = daemon
  }
  expect(killed).toBeDefined()
  upstream.reset()
  await rig.mta.flush()
  await underWay
  await expect(rig).toHaveLostNothing()
})

it('goes on when the process that takes mail for the store is killed', async ({ smtp, mailbox, fault }) => {
  await expect(mailbox('jim')).toReceive(await smtp.send({ to: 'jim@example.com' }))
  expect(await fault.kill({ of: 'store', daemon: 'lmtp' })).toMatchObject({ servers: ['dovecot'] })
  await expect(mailbox('jim')).toReceive(await smtp.send({ to: 'jim@example.com' }))
})

it('says so where a moment does not come', async ({ fault, rig }) => {
  await expect(fault.killAt('rcpt', { to: elsewhere, side: 'internet' })).rejects.toMatchObject({
    code: 'FAULT_NOT_REACHED',
    message: expect.stringMatching(/the moment "rcpt" of the dialogue did not come: RCPT was answered [45]5\d/),
  })
  await expect(fault.kill({ daemon: 'qmgrr' })).rejects.toMatchObject({ code: 'FAULT_OPTIONS', exitCode: 2 })
  await expect(fault.kill({ afterAccepted: 5 })).rejects.toMatchObject({ code: 'FAULT_OPTIONS', exitCode: 2 })
  expect(rig.mta.ended).toBeUndefined()
})

describe('a mail store', () => {
  const it = rig(world, { disk: { of: 'store' } })

  it('has its mail when all processes of the store are killed', { timeout: LONG }, async ({ load, fault, rig }) => {
    const underWay = load({ messages: 24, connections: 5, to: 'jim@example.com' })
    await fault.kill({ of: 'store', afterDelivered: 8 })
    expect((await underWay).accepted).toBe(24)
    await expect(rig).toHaveLostNothing()
  })
})

// By itself: what a server leaves behind that was killed at work is not for the next test.
describe('a server with work to do', () => {
  const it = rig(world, { disk: true })

  it('has what it took when all its processes are killed', { timeout: LONG }, async ({
    load,
    fault,
    rig,
    upstream,
  }) => {
    // Exim's hints may be broken then, and it tries a message again in minutes (exim_dumpdb(8)): what it has to have is the message.
    upstream.on('mail', { reply: '451 4.3.2 busy' })
    const underWay = load({ messages: 24, connections: 5, to: elsewhere, until: 'accepted' })
    await fault.kill({ afterAccepted: 8 })
    const account = await underWay
    expect(account.accepted).toBeGreaterThanOrEqual(8)
    await expect(rig).toHaveLostNothing()
  })
})
