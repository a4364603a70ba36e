import { describe, expect, it } from 'vitest'
import { parseTopology } from '../topology/topology.ts'
import { factsOf } from './facts-of.ts'

describe('factsOf', () => {
  it('tells who is there, what is taken, and who is trusted', () => {
    const facts = factsOf(
      parseTopology({
        host: 'mx.example.com',
        domains: { 'example.com': { mailboxes: ['jim'], aliases: { sales: 'jim' } } },
        virtualAliasDomains: { 'example.org': { catchAll: 'jim@example.com' } },
        local: { accounts: ['lisa'], aliases: { staff: ['lisa', 'jim@example.com'], robot: '|/bin/robot' } },
        relayDomains: ['example.net'],
        trustedNetworks: ['lan'],
        smarthost: 'isp',
        upstreams: ['isp'],
        recipientDelimiter: null,
      }),
    )
    expect(facts).toMatchObject({
      host: 'mx.example.com',
      domains: [
        { name: 'example.com', kind: 'virtual-mailbox' },
        { name: 'example.org', kind: 'virtual-alias' },
        { name: 'mx.example.com', kind: 'local' },
        { name: 'example.net', kind: 'relay' },
      ],
      accounts: [
        { address: 'jim@example.com', user: 'jim@example.com', password: 'secret' },
        { address: 'lisa@mx.example.com', user: 'lisa', password: 'secret' },
      ],
      aliases: [
        { address: 'sales@example.com', to: ['jim@example.com'] },
        { address: 'staff@mx.example.com', to: ['lisa@mx.example.com', 'jim@example.com'] },
      ],
      catchAll: ['example.org'],
      trusted: ['lan'],
      smarthost: 'isp.example',
    })
    expect(facts.recipientDelimiter).toBeUndefined()
    expect(facts.origins.domains).toBe('the topology')
  })

  it('makes up a name that does not exist, but in no domain where every name is taken', () => {
    const facts = factsOf(
      parseTopology({ domains: { 'example.com': { catchAll: 'jim', mailboxes: ['jim'] }, 'example.org': {} } }),
    )
    expect(facts.unknown).toEqual(['nobody-of-this-name@example.org'])
  })

  it('offers what the store offers, and TLS only where it has it', () => {
    const ports = (tls: 'none' | 'offered') =>
      factsOf(parseTopology({ domains: { 'example.com': { mailboxes: ['jim'] } }, store: { tls } })).services.map(
        ({ port }) => port,
      )
    expect(ports('none')).toEqual([25, 587, 143, 110, 4190, 24])
    expect(ports('offered')).toContain(993)
    expect(factsOf(parseTopology({})).services).toHaveLength(2)
  })
})
