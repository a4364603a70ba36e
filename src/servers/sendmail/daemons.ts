import type { Topology } from '../../topology/topology.ts'

/** What sendmail calls its listeners; a rule knows by `${daemon_name}` which of them is spoken to. */
export const DAEMONS = { smtp: 'MTA-v4', submission: 'MSP-v4', submissions: 'MSPS-v4' } as const

/**
 * Port 25 without AUTH (`A`), ports 587 and 465 with AUTH required (`a`) and without ETRN (`E`); `S` offers no STARTTLS,
 * `s` begins with TLS (RFC 8314).
 *
 * @see Sendmail Installation and Operation Guide, DaemonPortOptions
 */
export function listeners({ tls, submission, ipv6 }: Topology): string[] {
  const noTls = (mode: Topology['tls']) => (mode === 'none' ? 'S' : '')
  // A socket of Linux for IPv6 takes IPv4 too (ipv6(7)), and one of each kind cannot have the same port.
  const family = ipv6 ? 'inet6' : 'inet'
  return [
    "FEATURE(`no_default_msa')dnl",
    `DAEMON_OPTIONS(\`Family=${family}, Name=${DAEMONS.smtp}, Port=smtp, M=A${noTls(tls)}')dnl`,
    `DAEMON_OPTIONS(\`Family=${family}, Name=${DAEMONS.submission}, Port=submission, M=Ea${noTls(submission.tls)}')dnl`,
    `DAEMON_OPTIONS(\`Family=${family}, Name=${DAEMONS.submissions}, Port=465, M=Eas')dnl`,
  ]
}
