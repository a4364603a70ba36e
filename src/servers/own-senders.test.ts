import { expect, it } from 'vitest'
import { parseTopology } from '../topology/topology.ts'
import { ownersOfSenders, ownSenders } from './own-senders.ts'
import './registry.ts'

const topology = parseTopology({
  domains: { 'a.example': { mailboxes: ['jim', 'petra'], aliases: { sales: ['jim', 'petra'], out: 'x@b.example' } } },
  virtualAliasDomains: { 'c.example': { aliases: { info: 'jim@a.example' } } },
})

it('gives each user the address of the mailbox and the aliases that lead to it', () => {
  expect(Object.fromEntries(ownSenders(topology))).toEqual({
    'jim@a.example': ['jim@a.example', 'sales@a.example', 'info@c.example'],
    'petra@a.example': ['petra@a.example', 'sales@a.example'],
  })
})

it('names every owner of an address', () => {
  expect(ownersOfSenders(topology)).toEqual({
    'jim@a.example': ['jim@a.example'],
    'petra@a.example': ['petra@a.example'],
    'sales@a.example': ['jim@a.example', 'petra@a.example'],
    'info@c.example': ['jim@a.example'],
  })
})
