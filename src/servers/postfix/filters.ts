import type { RenderContext } from '../rendering.ts'
import type { Parameters } from './parameters.ts'

/** The milters of the topology, each with its own settings (postconf(5) smtpd_milters, since Postfix 3.0). */
export function milterParameters({ topology, addresses }: RenderContext): Parameters {
  const milters = Object.entries(topology.milters).map(([name, { onFailure, timeout }]) => {
    const at = addresses.filters?.milters[name]
    const waits = timeout === undefined ? [] : TIMEOUTS.map((setting) => `${setting}=${timeout}s`)
    return `{ inet:${at?.address}:${at?.port}, ${[`default_action=${onFailure}`, ...waits].join(', ')} }`
  })
  return milters.length === 0 ? {} : { smtpd_milters: milters.join(', ') }
}

const TIMEOUTS = ['connect_timeout', 'command_timeout', 'content_timeout']

/**
 * The policy services, each as the last of its list of restrictions.
 *
 * @param parameters those lists as far as they are
 */
export function policyParameters(parameters: Parameters, { topology, addresses }: RenderContext): Parameters {
  const lists: Parameters = {}
  for (const [name, { at: place, onFailure, timeout }] of Object.entries(topology.policies)) {
    const at = addresses.filters?.policies[name]
    const list = `smtpd_${place.replaceAll('-', '_')}_restrictions`
    const settings = [
      `inet:${at?.address}:${at?.port}`,
      ...(onFailure === 'accept' ? ['default_action=DUNNO'] : []),
      ...(timeout === undefined ? [] : [`timeout=${timeout}s`]),
    ]
    const before = lists[list] ?? parameters[list]
    lists[list] = [...(before === undefined ? [] : [before]), `check_policy_service { ${settings.join(', ')} }`].join(
      ', ',
    )
  }
  return lists
}
