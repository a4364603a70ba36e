import { expect, rig } from 'mailrig/vitest'
import { describe } from 'vitest'
import { LONG } from './long.ts'

const world = {
  domains: { 'example.com': { mailboxes: ['jim'] } },
  trustedNetworks: ['lan'],
  internet: ['elsewhere.example'],
}
const elsewhere = 'someone@elsewhere.example'

describe('a server whose syncs reach its disk', () => {
  const it = rig(world, { disk: true })

  it('delivers what it took', { timeout: LONG }, async ({ load, fault, rig }) => {
    const underWay = load({ messages: 24, connections: 5, to: elsewhere })
    await fault.powerCut({ afterAccepted: 8 })
    const account = await underWay
    await expect(rig).toHaveLostNothing()
    // RFC 5321 §6.1: a message that was handed on at that moment may come once more; that is no fault.
    expect(account.toJSON()).toMatchObject({ queued: 0, lost: 0 })
  })

  it('still has what it took and could not deliver', { timeout: LONG }, async ({ load, fault, rig, upstream }) => {
    upstream.on('mail', { reply: '451 4.3.2 busy' })
    const underWay = load({ messages: 24, connections: 5, to: elsewhere, until: 'accepted' })
    await fault.powerCut({ afterAccepted: 8 })
    const account = await underWay
    expect(account.accepted).toBeGreaterThanOrEqual(8)
    await expect(rig).toHaveLostNothing()
  })
})

describe('a server that was writing to its queue', () => {
  const it = rig(world, { disk: true })

  it('tries a message again whose lock was left behind', { timeout: LONG }, async ({ smtp, fault, rig, upstream }) => {
    upstream.on('mail', { reply: '451 4.3.2 busy' })
    const message = await smtp.send({ side: 'lan', to: elsewhere })
    await rig.mta.rested(message)
    const { place, locks = [] } = rig.machine('mta')?.durability ?? {}
    const paths = locks.map((name) => `${place}/${name.replace('*', rig.mta.queueIdOf(message))}`)
    // So that the server does not write to its file meanwhile.
    if (paths.length > 0) await rig.mta.queue.hold(message)
    for (const path of paths) await rig.mta.run(['sh', '-c', `> ${path} && sync -f ${path}`])
    const { removedLocks = 0 } = await fault.powerCut()
    expect(removedLocks).toBe(paths.length)
    upstream.reset()
    if (paths.length > 0) await rig.mta.queue.release(message)
    await rig.mta.flush()
    await expect(upstream).toHaveRelayed(message)
  })
})

describe('a server whose syncs do nothing', () => {
  const it = rig(world, { disk: { sync: 'ignored' } })

  it('loses what it took', { timeout: LONG }, async ({ load, fault, upstream }) => {
    upstream.on('mail', { reply: '451 4.3.2 busy' })
    const underWay = load({ messages: 24, connections: 5, to: elsewhere, until: 'accepted' })
    await fault.powerCut({ afterAccepted: 8 })
    const account = await underWay
    expect(account.lost, 'or cutting the power proves nothing').toBeGreaterThan(0)
  })
})

describe('a mail store', () => {
  const it = rig(world, { disk: { of: 'store' } })

  it('still has the mail that it took', { timeout: LONG }, async ({ load, fault, rig }) => {
    const underWay = load({ messages: 24, connections: 5, to: 'jim@example.com' })
    await fault.powerCut({ afterDelivered: 8 })
    expect((await underWay).accepted).toBe(24)
    await expect(rig).toHaveLostNothing()
  })
})

describe('a mail store whose syncs do nothing', () => {
  const it = rig(world, { disk: { of: 'store', sync: 'ignored' } })

  it('loses mail that it took', { timeout: LONG }, async ({ load, fault }) => {
    const underWay = load({ messages: 24, connections: 5, to: 'jim@example.com' })
    await fault.powerCut({ afterDelivered: 8 })
    const account = await underWay
    expect(account.lost, 'or cutting the power proves nothing').toBeGreaterThan(0)
  })
})
