import { expect, it } from 'vitest'
import { parseTopology } from '../topology/topology.ts'
import { keyOf, keyRecords } from './dkim-keys.ts'

const TOPOLOGY = parseTopology({
  dkim: {
    'a.example': { selector: 's1', algorithm: 'ed25519' },
    'b.example': { algorithm: 'ed25519', published: false },
  },
})

it('has one key for a domain, the same whenever it is asked for, and publishes it unless told not to', () => {
  const key = keyOf(TOPOLOGY, 'a.example')
  expect(keyOf(TOPOLOGY)).toBe(key)
  expect(keyOf(TOPOLOGY, 'b.example').privateKey).not.toBe(key.privateKey)
  expect(keyRecords(TOPOLOGY)).toEqual([{ name: 's1._domainkey.a.example', text: key.record }])
})

it('names the keys there are', () => {
  expect(() => keyOf(TOPOLOGY, 'c.example')).toThrow(
    'there is no DKIM key for "c.example": there is one for a.example, b.example',
  )
  expect(() => keyOf(parseTopology({}), 'c.example')).toThrow('the topology declares none')
})
