import { UnsupportedError } from '../../errors/mailrig-error.ts'
import { hopsOf } from '../../topology/hops.ts'
import type { Topology } from '../../topology/topology.ts'
import type { RenderContext } from '../rendering.ts'
import type { Parameters } from './parameters.ts'
import { PATHS } from './paths.ts'
import type { Table } from './table.ts'
import { hopHost } from './transport-table.ts'

/** smtp_sasl_password_maps: host → `user:password`. */
export function relayPasswords({ topology, addresses }: RenderContext): Table {
  return Object.fromEntries(
    hopsOf(topology).flatMap((hop) =>
      hop.auth ? [[hopHost(hop, addresses), `${hop.auth.user}:${hop.auth.password}`]] : [],
    ),
  )
}

/** The login of smtp(8) at next hops. Debian's `noplaintext` would keep PLAIN and LOGIN for encrypted sessions. */
export function saslClientParameters(topology: Topology): Parameters {
  const logins = hopsOf(topology).flatMap(({ auth }) => (auth ? [auth] : []))
  if (logins.length === 0) return {}
  const mechanisms = [...new Set(logins.map(({ mechanism }) => mechanism))]
  if (mechanisms.length > 1) {
    throw new UnsupportedError(
      'Postfix has one list of SASL mechanisms for all next hops (smtp_sasl_mechanism_filter)',
      {
        code: 'POSTFIX_SASL_MECHANISMS',
        remedy:
          'Name the same `auth.mechanism` for all next hops, or leave Postfix out of the matrix for this topology.',
      },
    )
  }
  return {
    smtp_sasl_auth_enable: 'yes',
    smtp_sasl_password_maps: `hash:${PATHS.relayPasswords}`,
    smtp_sasl_security_options: 'noanonymous',
    smtp_sasl_mechanism_filter: mechanisms[0]?.toLowerCase() ?? '',
  }
}
