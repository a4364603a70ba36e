import type { HopTls } from '../../topology/hop-schema.ts'
import { hopsOf, isVerified } from '../../topology/hops.ts'
import type { Topology } from '../../topology/topology.ts'
import type { RenderContext } from '../rendering.ts'
import type { Parameters } from './parameters.ts'
import { PATHS } from './paths.ts'
import { postfixOf } from './releases.ts'
import type { Table } from './table.ts'
import { hopHost } from './transport-table.ts'

const INBOUND: Record<Topology['tls'], string> = { none: 'none', offered: 'may', required: 'encrypt' }

/** Of smtp_tls_security_level(5): `verify` compares the certificate with the name that MX or the next hop gives. */
const OUTBOUND: Record<HopTls, string> = {
  none: 'none',
  opportunistic: 'may',
  required: 'encrypt',
  verified: 'verify',
  implicit: 'encrypt',
  'implicit-verified': 'verify',
}

/** The level of smtpd_tls_security_level for a topology's word. */
export function inboundLevel(tls: Topology['tls']): string {
  return INBOUND[tls]
}

/** TLS of smtpd(8) and smtp(8). */
export function tlsParameters({ topology, release }: RenderContext, tables: ReadonlySet<string>): Parameters {
  const oldest = protocolsFrom(topology.tlsMinimum, postfixOf(release).tlsFrom)
  return {
    smtpd_tls_security_level: INBOUND[topology.tls],
    // Also where no STARTTLS is offered: port 465 speaks TLS.
    smtpd_tls_chain_files: PATHS.tlsChain,
    smtpd_tls_loglevel: '1',
    smtpd_tls_protocols: oldest,
    smtpd_tls_mandatory_protocols: oldest,
    smtp_tls_security_level: OUTBOUND[topology.outboundTls],
    smtp_tls_CAfile: PATHS.tlsAuthority,
    smtp_tls_loglevel: '1',
    smtp_tls_policy_maps: tables.has(PATHS.tlsPolicy) ? `hash:${PATHS.tlsPolicy}` : '',
  }
}

/** Oldest first, as smtpd_tls_protocols(5) names them. */
const PROTOCOLS = ['SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']

/** `TLSv1.2` → `>=TLSv1.2`, or the older ones forbidden one by one. */
function protocolsFrom(oldest: Topology['tlsMinimum'], named: boolean): string {
  if (named) return `>=${oldest}`
  return PROTOCOLS.slice(0, PROTOCOLS.indexOf(oldest))
    .map((protocol) => `!${protocol}`)
    .join(', ')
}

/** smtp_tls_policy_maps: next hop → level. Hops are addresses, so the name to be verified is given with them. */
export function tlsPolicies({ topology, addresses }: RenderContext): Table {
  return Object.fromEntries(
    hopsOf(topology)
      .filter(({ tls }) => tls !== topology.outboundTls || isVerified(tls))
      .map((hop) => [
        hopHost(hop, addresses),
        isVerified(hop.tls) ? `secure match=${addresses.upstreams[hop.upstream]?.host}` : OUTBOUND[hop.tls],
      ]),
  )
}
