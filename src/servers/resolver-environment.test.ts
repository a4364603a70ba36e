import { expect, it } from 'vitest'
import { parseTopology } from '../topology/topology.ts'
import { resolverEnvironment } from './resolver-environment.ts'

const optionsFor = (internet: object) => {
  const topology = parseTopology({ internet } as Parameters<typeof parseTopology>[0])
  return resolverEnvironment({ topology, addresses: { dns: '198.18.1.1' } }).MAILRIG_DNS_OPTIONS
}

it('waits for a resolver on a slow machine, but not for an answer that the topology keeps back', () => {
  expect(optionsFor({ 'slow.example': {} })).toBe('timeout:30 attempts:2')
  expect(optionsFor({ 'failing.example': { servfail: true } })).toBe('timeout:30 attempts:2')
  expect(optionsFor({ 'silent.example': { timeout: ['MX'] } })).toBe('timeout:1 attempts:2')
})
