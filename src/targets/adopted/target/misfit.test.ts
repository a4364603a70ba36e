import { expect, it } from 'vitest'
import type { TopologyInput } from '../../../topology/schema.ts'
import type { Facts } from '../../facts.ts'
import { misfit } from './misfit.ts'

const facts: Facts = {
  host: 'mail.example.com',
  domains: [
    { name: 'example.com', kind: 'virtual-mailbox' },
    { name: 'partner.example', kind: 'relay' },
  ],
  accounts: [
    { address: 'jim@example.com', user: 'jim@example.com', password: 'secret' },
    { address: 'petra@example.com', user: 'petra@example.com' },
  ],
  aliases: [{ address: 'sales@example.com', to: ['jim@example.com', 'petra@example.com'] }],
  catchAll: [],
  unknown: [],
  recipientDelimiter: '+',
  services: [],
  trusted: ['lan'],
  origins: {},
}

it.each<[string, TopologyInput]>([
  ['nothing', {}],
  ['its name and mailbox', { host: 'mail.example.com', domains: { 'example.com': { mailboxes: ['jim'] } } }],
  ['its alias', { domains: { 'example.com': { aliases: { sales: ['petra', 'jim@example.com'] } } } }],
  ['its relay domain', { relayDomains: ['partner.example'] }],
  ['whom it trusts, and its delimiter', { trustedNetworks: ['lan'], recipientDelimiter: '+' }],
  ['names elsewhere', { internet: ['a.example'], upstreams: ['upstream'] }],
])('is fit for %s', (_what, topology) => {
  expect(misfit(topology, facts)).toBeUndefined()
})

it.each<[string, TopologyInput, RegExp]>([
  ['another name', { host: 'mx.example.com' }, /its name is mail\.example\.com, not mx\.example\.com/],
  ['another domain', { domains: { 'example.org': {} } }, /no domain example\.org; it has example\.com, partner/],
  ['a mailbox it has not', { domains: { 'example.com': { mailboxes: ['zoe'] } } }, /no mailbox zoe@example\.com/],
  ['one without a password', { domains: { 'example.com': { mailboxes: ['petra'] } } }, /no mailbox petra@/],
  [
    'a quota',
    { domains: { 'example.com': { mailboxes: { jim: { quota: { messages: 1 } } } } } },
    /cannot tell whether jim@example\.com has what the topology says of it/,
  ],
  ['an alias it has not', { domains: { 'example.com': { aliases: { info: 'jim' } } } }, /no alias info@example\.com/],
  ['an alias elsewhere', { domains: { 'example.com': { aliases: { sales: 'jim' } } } }, /not to jim@example\.com$/],
  ['a catch-all', { domains: { 'example.com': { catchAll: 'jim' } } }, /the catch-all of example\.com/],
  ['relaying for others', { relayDomains: ['example.com'] }, /does not relay for example\.com/],
  ['trust of strangers', { trustedNetworks: ['internet'] }, /does not trust clients of internet/],
  ['another delimiter', { recipientDelimiter: '-' }, /its recipient delimiter is "\+", not "-"/],
  ['an odd name elsewhere', { internet: { 'a.example': { mx: [] } } }, /more of some by `internet`/],
  ['two upstreams', { upstreams: ['backup'] }, /it has one upstream/],
  ['what nobody can see', { limits: { messageSize: 4096 } }, /what the topology says by `limits`/],
])('is not fit for %s', (_what, topology, reason) => {
  expect(misfit(topology, facts)).toMatch(reason)
})
