import { expect, rig } from 'mailrig/vitest'
import { describe } from 'vitest'
import { LONG } from './long.ts'

const world = {
  domains: { 'example.com': { mailboxes: ['jim'] } },
  trustedNetworks: ['lan'],
  internet: ['elsewhere.example'],
  // For a minute, master(8) starts no other daemon in place of one that died for want of room.
  native: { postfix: { 'main.cf': { service_throttle_time: '1s' } } },
}
const elsewhere = 'someone@elsewhere.example'

describe('a queue', () => {
  const it = rig(world, { disk: { mebibytes: 64 } })

  it('without room takes nothing that it could not keep, and takes mail again when there is room', {
    timeout: LONG,
  }, async ({ load, fault, smtp, rig, upstream }) => {
    upstream.on('mail', { reply: '451 4.3.2 busy' })
    const before = await load({ messages: 10, connections: 2, to: elsewhere, until: 'accepted' })
    expect(before.accepted).toBe(10)
    await fault.fillDisk()
    // RFC 3463 §3.4: X.3.1, the mail system is full; some end the connection, after 421 or without a word.
    const refused = smtp.send({ side: 'lan', to: elsewhere })
    await expect(refused).rejects.toThrow(/\b4[25]\d\b|closed the connection/)
    upstream.reset()
    await fault.freeDisk()
    await expect(rig).toHaveLostNothing()
    await expect(upstream).toHaveRelayed(await smtp.send({ side: 'lan', to: elsewhere }))
  })

  it('without an inode left loses nothing of what it takes', { timeout: LONG }, async ({ load, fault, rig }) => {
    await fault.fillDisk({ what: 'inodes' })
    // Some refuse; Postfix lets the client wait for as long as it cannot make a file.
    const underWay = load({ messages: 10, connections: 2, to: elsewhere, until: 'accepted' })
    await fault.freeDisk()
    const account = await underWay
    expect(account.accepted + account.refused + account.unknown).toBe(10)
    await expect(rig).toHaveLostNothing()
  })
})

describe('a mail store', () => {
  const it = rig(world, { disk: { of: 'store', mebibytes: 64 } })

  it('without room has the mail wait in the queue, and takes it when there is room', {
    timeout: LONG,
  }, async ({ fault, smtp, rig, mta, mailbox }) => {
    await fault.fillDisk()
    const message = await smtp.send({ to: 'jim@example.com' })
    await mta.rested(message)
    expect(await mta.queue(), 'or the disk was not full').toHaveLength(1)
    await fault.freeDisk()
    await expect(mailbox('jim')).toReceive(message)
    expect(rig.mta.ended).toBeUndefined()
  })
})
