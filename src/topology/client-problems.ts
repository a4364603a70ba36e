import { isIPv4 } from 'node:net'
import { oneOfThese } from '../errors/did-you-mean.ts'
import { quote } from './names.ts'
import { formatPath } from './path.ts'
import type { ParsedTopology } from './schema.ts'
import type { Problem } from './topology-error.ts'

/** Clients whose names are taken, blocklists that name clients there are not, and a port that clients cannot share. */
export function clientProblems({ clients, dnsbl, internet, proxyProtocol }: ParsedTopology): Problem[] {
  const names = Object.keys(clients)
  const problems = names
    .filter((name) => name in internet || name === 'client.example')
    .map((name) => ({
      path: formatPath(['clients', name]),
      message: 'the name is taken: it is in `internet`, or `client.example`',
    }))
  for (const [list, { listed }] of Object.entries(dnsbl)) {
    for (const client of Object.keys(listed)) {
      if (['lan', 'internet', ...names].includes(client) || isIPv4(client)) continue
      problems.push({
        path: formatPath(['dnsbl', list, 'listed', client]),
        message: `there is no client ${quote(client)}; ${oneOfThese(client, names)}`,
      })
    }
  }
  if (proxyProtocol && [25, 465, 587].includes(proxyProtocol.port)) {
    problems.push({
      path: 'proxyProtocol.port',
      message: 'this port is for clients that say nothing before; take another',
    })
  }
  return problems
}
