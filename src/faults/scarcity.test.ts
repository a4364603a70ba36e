import { expect, it } from 'vitest'
import type { Rig } from '../rig/rig.ts'
import { limit } from './limit.ts'
import { slowLine } from './slow-line.ts'

const rig = (host: object) => ({ machine: () => ({ name: 'postfix', host }) }) as unknown as Rig

it.each([
  [{}, 'slowLine: give bytesPerSecond, latencyMs or both'],
  [{ bytesPerSecond: 99 }, 'slowLine: bytesPerSecond is a whole number from 100 to 125000000, not 99'],
  [{ latencyMs: 0.5 }, 'slowLine: latencyMs is a whole number from 1 to 10000, not 0.5'],
  [{ latencyMs: 5, side: 'wan' }, 'slowLine: side is "lan" or "internet", not "wan"'],
  [{ latencyMs: 5, of: 'store', side: 'internet' }, 'slowLine: the store has no cable to the internet'],
  [{ latencyMs: 5, of: 'client' }, 'slowLine: of is "mta" or "store", not "client"'],
  [{ latencyMs: 5 }, 'slowLine: the line of postfix to the internet is slow already; reconnect it first'],
])('refuses the slow line %j', async (options, message) => {
  const host = { isSlow: () => true, slowDown: () => Promise.reject(new Error('it did that')) }
  await expect(slowLine(rig(host), options as object)).rejects.toMatchObject({
    code: 'FAULT_OPTIONS',
    exitCode: 2,
    message,
  })
})

it.each([
  [{}, 'limit: give mebibytes, descriptors or both'],
  [{ mebibytes: '64' }, 'limit: mebibytes is a whole number from 6 to 1048576, not "64"'],
  [{ descriptors: 15 }, 'limit: descriptors is a whole number from 16 to 100000, not 15'],
  [{ descriptors: 16, of: 'both' }, 'limit: of is "mta" or "store", not "both"'],
])('refuses the limit %j', async (options, message) => {
  const host = { limitMemory: () => Promise.reject(new Error('it did that')) }
  await expect(limit(rig(host), options as object)).rejects.toMatchObject({
    code: 'FAULT_OPTIONS',
    exitCode: 2,
    message,
  })
})

it('says of a server that runs as its image that its line cannot be slowed down', async () => {
  await expect(slowLine(rig({}), { latencyMs: 5 })).rejects.toThrow(/^mailrig cannot slow down the line of postfix: /)
  await expect(limit(rig({}), { mebibytes: 64 })).rejects.toThrow(/^mailrig cannot limit postfix: /)
})
