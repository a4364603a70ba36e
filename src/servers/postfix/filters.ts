import { milterServers, policyServers } from '../filters/milters.ts'
import { SRS_PORTS } from '../filters/postsrsd.ts'
import type { RenderContext } from '../rendering.ts'
import type { Parameters } from './parameters.ts'

/** The milters of the topology, Debian's before mailrig's, each with its own settings (postconf(5) smtpd_milters, since Postfix 3.0). */
export function milterParameters({ topology, addresses }: RenderContext): Parameters {
  const milters = Object.entries(topology.milters).map(([name, { onFailure, timeout }]) => {
    const at = addresses.filters?.milters[name]
    const waits = timeout === undefined ? [] : TIMEOUTS.map((setting) => `${setting}=${timeout}s`)
    return `{ inet:${at?.address}:${at?.port}, ${[`default_action=${onFailure}`, ...waits].join(', ')} }`
  })
  const real = milterServers(topology).map(
    ({ port, onFailure }) => `{ inet:${addresses.filterServers}:${port}, default_action=${onFailure} }`,
  )
  const all = [...real, ...milters]
  return all.length === 0 ? {} : { smtpd_milters: all.join(', ') }
}

const TIMEOUTS = ['connect_timeout', 'command_timeout', 'content_timeout']

/**
 * The policy services, each as the last of its list of restrictions: first those that mailrig plays, then Debian's.
 *
 * @param parameters those lists as far as they are
 */
export function policyParameters(parameters: Parameters, { topology, addresses }: RenderContext): Parameters {
  const lists: Parameters = {}
  const addTo = (list: string, check: string) => {
    const before = lists[list] ?? parameters[list]
    lists[list] = [...(before === undefined ? [] : [before]), check].join(', ')
  }
  const add = (list: string, settings: readonly string[]) =>
    addTo(list, `check_policy_service { ${settings.join(', ')} }`)
  for (const [name, { at: place, onFailure, timeout }] of Object.entries(topology.policies)) {
    const at = addresses.filters?.policies[name]
    const list = `smtpd_${place.replaceAll('-', '_')}_restrictions`
    const settings = [
      `inet:${at?.address}:${at?.port}`,
      ...(onFailure === 'accept' ? ['default_action=DUNNO'] : []),
      ...(timeout === undefined ? [] : [`timeout=${timeout}s`]),
    ]
    add(list, settings)
  }
  const real = policyServers(topology)
  // As Debian's pages have it: nobody asks about those whom the server itself trusts.
  if (real.length > 0) addTo(RECIPIENTS, 'permit_mynetworks, permit_sasl_authenticated')
  for (const { port, onFailure } of real) {
    add(RECIPIENTS, [
      `inet:${addresses.filterServers}:${port}`,
      ...(onFailure === 'accept' ? ['default_action=DUNNO'] : []),
    ])
  }
  return lists
}

const RECIPIENTS = 'smtpd_recipient_restrictions'

/** The tables by which senders of mail that is forwarded are rewritten, and recipients of what comes back (postsrsd(8)). */
export function srsTables({ topology, addresses }: RenderContext): { sender: string[]; recipient: string[] } {
  if (topology.rewriting.srs === undefined) return { sender: [], recipient: [] }
  const table = (port: number) => [`tcp:${addresses.filterServers}:${port}`]
  return { sender: table(SRS_PORTS.forward), recipient: table(SRS_PORTS.reverse) }
}
