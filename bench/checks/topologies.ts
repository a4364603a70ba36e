import type { TopologyInput } from '../../src/topology/schema.ts'

/** The octets that a message of the checks may have. */
export const LIMIT = 20_000

/** The worlds of the twelve checks: three for each, whoever makes them. */
export const TOPOLOGIES = {
  delivery: { recipientDelimiter: '+', domains: { 'example.com': { mailboxes: ['jim', 'petra'] } } },
  aliases: {
    domains: {
      'example.com': { mailboxes: ['jim', 'petra'], aliases: { sales: 'petra', team: ['jim', 'petra'] } },
    },
  },
  relaying: { domains: { 'example.com': { mailboxes: ['jim'] } }, internet: ['elsewhere.example'] },
  limits: { domains: { 'example.com': { mailboxes: ['jim'] } }, limits: { messageSize: LIMIT } },
} satisfies Record<string, TopologyInput>
