import { quote } from './names.ts'
import { formatPath } from './path.ts'
import type { ParsedTopology } from './schema.ts'
import type { Problem } from './topology-error.ts'

/** IPv6 networks, and exchangers reached by IPv6 alone, of a topology that has no IPv6. */
export function ipv6Problems({ ipv6, trustedNetworks, xclient, internet }: ParsedTopology): Problem[] {
  if (ipv6) return []
  const networks = (key: string, list: readonly string[]) =>
    list.flatMap((network, index) =>
      network.includes(':') || network.endsWith('-ipv6') ? [{ path: formatPath([key, index]), name: network }] : [],
    )
  const exchangers = Object.entries(internet).flatMap(([domain, { mx }]) =>
    mx.flatMap(({ host = '' }, index) =>
      host.endsWith('.ipv6.example') ? [{ path: formatPath(['internet', domain, 'mx', index]), name: host }] : [],
    ),
  )
  return [...networks('trustedNetworks', trustedNetworks), ...networks('xclient', xclient), ...exchangers].map(
    ({ path, name }) => ({
      path,
      message: `${quote(name)} is of IPv6, which this topology has not; write \`ipv6: true\` beside`,
    }),
  )
}
