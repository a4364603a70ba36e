import { InputError, UnsupportedError } from '../../errors/mailrig-error.ts'
import type { RenderContext } from '../rendering.ts'
import { supports } from './features.ts'

/**
 * What OpenSMTPD has no setting for.
 *
 * @throws {UnsupportedError} UNSUPPORTED_TOPOLOGY with the key of the topology and why not.
 */
export function refuseUnsupported({ topology, release, addresses }: RenderContext): void {
  if (Object.keys(topology.domains).length > 0 && addresses.store === undefined) {
    throw new InputError('the topology has mailbox domains, but no mail store was given an address', {
      code: 'STORE_MISSING',
      remedy: 'Start a mail store with the rig, or declare the domains as virtual alias or local domains.',
    })
  }
  const { rewriting, submission, local } = topology
  if (topology.accounts === 'postgresql') refuse('accounts', String(supports('sql-tables', release)))
  if (local?.mailboxQuota !== undefined) refuse('local.mailboxQuota', String(supports('mailbox-quota', release)))
  if (rewriting.masqueradeAs !== undefined || Object.keys(rewriting.generic).length > 0) {
    refuse('rewriting', 'OpenSMTPD rewrites no address of a message that passes through')
  }
  if (Object.keys(rewriting.domains).length > 0) {
    refuse('rewriting.domains', 'OpenSMTPD has no table of domains that stand for others')
  }
  if (topology.recipientDelimiter === null) {
    refuse('recipientDelimiter', 'OpenSMTPD always takes one character for what stands between user and detail')
  }
  if (submission.mechanisms.toSorted().join() !== 'LOGIN,PLAIN') {
    refuse('submission.mechanisms', 'OpenSMTPD offers PLAIN and LOGIN, both of them and no others')
  }
  if (Object.keys(topology.senderRoutes).length > 0) {
    refuse('senderRoutes', 'mailrig does not render routes by sender for OpenSMTPD yet')
  }
  if (Object.keys(topology.dnsbl).length > 0) refuse('dnsbl', 'OpenSMTPD asks no DNS blocklist without a filter')
  if (topology.proxyProtocol) refuse('proxyProtocol', 'mailrig does not render proxy-v2 for OpenSMTPD yet')
  if (topology.xclient.length > 0) refuse('xclient', 'OpenSMTPD has no XCLIENT')
  for (const { port, auth, fallback } of [topology.smarthost ?? [], Object.values(topology.routes)].flat()) {
    if (port === undefined && auth === undefined && fallback.length === 0) continue
    refuse('smarthost or routes', 'mailrig renders next hops on port 25 alone, without a login, for OpenSMTPD')
  }
  if (topology.tlsMinimum === 'TLSv1.3' && release === 'bookworm') {
    refuse('tlsMinimum', 'OpenSMTPD 6.8 has no setting for the versions of TLS')
  }
  if (addresses.smtpPort !== 25 && topology.smarthost === undefined && Object.keys(topology.internet).length > 1) {
    refuse('internet', 'OpenSMTPD speaks to mail exchangers on port 25 alone, and the upstreams are on another here')
  }
}

/** @throws {UnsupportedError} UNSUPPORTED_TOPOLOGY, always. */
export function refuse(path: string, reason: string): never {
  throw new UnsupportedError(`${path}: ${reason}`, {
    code: 'UNSUPPORTED_TOPOLOGY',
    remedy: 'Leave it out, or leave OpenSMTPD out of the matrix for this topology.',
  })
}
