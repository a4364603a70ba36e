import { UnsupportedError } from '../../errors/mailrig-error.ts'
import { hopsOf } from '../../topology/hops.ts'
import { refuseFilters } from '../refuse-filters.ts'
import type { RenderContext } from '../rendering.ts'
import { requireStore } from '../require-store.ts'
import { supports } from './features.ts'
import { openSmtpdOf } from './releases.ts'

/**
 * What OpenSMTPD has no setting for.
 *
 * @throws {UnsupportedError} UNSUPPORTED_TOPOLOGY with the key of the topology and why not.
 */
export function refuseUnsupported({ topology, release, addresses }: RenderContext): void {
  requireStore({ topology, addresses })
  refuseFilters(topology, { title: 'OpenSMTPD', supports: (feature) => supports(feature, release) })
  const { rewriting, submission, local } = topology
  if (topology.accounts !== 'files') refuse('accounts', String(supports(TABLES[topology.accounts], release)))
  if (local?.mailboxQuota !== undefined) refuse('local.mailboxQuota', String(supports('mailbox-quota', release)))
  if (rewriting.masqueradeAs !== undefined || Object.keys(rewriting.generic).length > 0) {
    refuse('rewriting', 'OpenSMTPD rewrites no address of a message that passes through')
  }
  if (Object.keys(rewriting.domains).length > 0) {
    refuse('rewriting.domains', 'OpenSMTPD has no table of domains that stand for others')
  }
  if (topology.recipientDelimiter?.length !== 1) {
    refuse('recipientDelimiter', 'OpenSMTPD always takes one character for what stands between user and detail')
  }
  if (submission.mechanisms.toSorted().join() !== 'LOGIN,PLAIN') {
    refuse('submission.mechanisms', 'OpenSMTPD offers PLAIN and LOGIN, both of them and no others')
  }
  if (Object.keys(topology.dnsbl).length > 0) refuse('dnsbl', 'OpenSMTPD asks no DNS blocklist without a filter')
  if (topology.proxyProtocol) {
    refuse('proxyProtocol', 'OpenSMTPD reads version 2 of the PROXY header alone (smtpd.conf(5), proxy-v2)')
  }
  if (topology.heloChecks.length > 0) {
    refuse(
      'heloChecks',
      'OpenSMTPD would hold clients that log in to it, too: its filters do not know yet who they are',
    )
  }
  if (topology.limits.connections !== undefined || topology.limits.messageRate !== undefined) {
    refuse('limits', 'OpenSMTPD limits messages and recipients of a connection, and counts nothing by client')
  }
  if (topology.xclient.length > 0) refuse('xclient', 'OpenSMTPD has no XCLIENT')
  for (const { tls, auth, fallback } of hopsOf(topology)) {
    if (fallback.length > 0) {
      refuse('smarthost or routes', 'OpenSMTPD takes turns with the hosts of a next hop, in no order')
    }
    if (auth === undefined) continue
    if (tls === 'none' || tls === 'opportunistic') {
      refuse('auth of a next hop', 'OpenSMTPD logs in where TLS is sure alone (smtpd.conf(5), relay host)')
    }
    if (auth.mechanism !== undefined) {
      refuse('auth.mechanism of a next hop', 'OpenSMTPD chooses the mechanism: PLAIN where it is offered, else LOGIN')
    }
  }
  if (topology.tlsMinimum === 'TLSv1.3' && !openSmtpdOf(release).tlsVersions) {
    refuse('tlsMinimum', 'OpenSMTPD 6.8 has no setting for the versions of TLS')
  }
  if (addresses.smtpPort !== 25 && topology.smarthost === undefined && Object.keys(topology.internet).length > 1) {
    refuse('internet', 'OpenSMTPD speaks to mail exchangers on port 25 alone, and the upstreams are on another here')
  }
}

const TABLES = { postgresql: 'sql-tables', mariadb: 'sql-tables', ldap: 'ldap-tables' } as const

/** @throws {UnsupportedError} UNSUPPORTED_TOPOLOGY, always. */
export function refuse(path: string, reason: string): never {
  throw new UnsupportedError(`${path}: ${reason}`, {
    code: 'UNSUPPORTED_TOPOLOGY',
    remedy: 'Leave it out, or leave OpenSMTPD out of the matrix for this topology.',
  })
}
