import type { Hop, Topology } from '../../topology/topology.ts'
import { usesProcmail } from '../procmailrc.ts'
import type { RenderContext } from '../rendering.ts'
import { STORE_PORTS } from '../store-ports.ts'
import { type AccessParts, accessParts } from './access.ts'
import { listTable, quoted } from './conf-text.ts'
import { PATHS } from './paths.ts'
import { aliasAddresses, catchAllDomains, mailboxAddresses } from './tables.ts'

/** smtpd.conf(5), for OpenSMTPD 6.8 and 7.6 alike. The first rule that fits counts. */
export function configuration(context: RenderContext): string {
  const { topology, addresses } = context
  const access = accessParts(topology, addresses)
  const sections = [
    general(topology),
    tables(context),
    access.filters,
    listeners(context, access.hasChain ? ' filter access' : ''),
    actions(context),
    topology.native.opensmtpd?.conf ?? [],
    rules(context, access),
  ]
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n')
}

/** Longer than any queue keeps a message: smtpd warns after four hours where nothing is said. */
const NO_WARNING_SECONDS = 86_400 * 365

function general({ limits, queue, recipientDelimiter, outboundTls }: Topology): string[] {
  return [
    `smtp max-message-size ${limits.messageSize}`,
    `smtp sub-addr-delim ${quoted(recipientDelimiter ?? '+')}`,
    // High enough that no test meets them.
    'smtp limit max-mails 10000 max-rcpt 10000',
    ...(queue.giveUpAfter === undefined ? [] : [`queue ttl ${queue.giveUpAfter}s`]),
    `bounce warn-interval ${queue.warnAfter ?? NO_WARNING_SECONDS}s`,
    // smtpd waits some seconds before it connects to a host again, and keeps a connection for ten.
    'mta limit conn-delay-route 0 conn-delay-relay 0 reconn-delay-route 0 session-keepalive 0 inet4',
    ...(outboundTls === 'none' ? [] : [`ca rig cert ${quoted(PATHS.authorities)}`]),
  ]
}

function tables({ topology, addresses }: RenderContext): string[] {
  const addressTable = (name: string, values: readonly string[]) =>
    values.length === 0 ? [] : [listTable(name, values)]
  const { trustedNetworks, relayDomains, local } = topology
  return [
    `table aliases file:${PATHS.aliases}`,
    `table virtual_aliases file:${PATHS.virtualAliases}`,
    `table credentials file:${PATHS.credentials}`,
    ...addressTable('mailboxes', mailboxAddresses(topology)),
    ...addressTable('alias_addresses', aliasAddresses(topology)),
    ...addressTable('catch_all_domains', catchAllDomains(topology)),
    ...addressTable('local_domains', local?.domains ?? [topology.host]),
    ...addressTable(
      'relay_domains',
      relayDomains.flatMap((domain) => [domain, `*.${domain}`]),
    ),
    ...addressTable(
      'trusted',
      [
        ...trustedNetworks.map((network) =>
          network === 'lan' || network === 'internet' ? addresses.networks[network].subnet : network,
        ),
        // The mail store too: a Sieve script's replies and redirections leave by way of this server.
        ...(addresses.store === undefined ? [] : [addresses.store]),
      ],
    ),
  ]
}

function listeners({ topology }: RenderContext, filter: string): string[] {
  const { tls, submission, host, dsn, tlsMinimum } = topology
  const words = { none: '', offered: ' tls pki rig', required: ' tls-require pki rig' }
  const options = (mode: Topology['tls']) =>
    `${words[mode]}${mode !== 'none' && tlsMinimum === 'TLSv1.3' ? ' protocols "tlsv1.3"' : ''} hostname ${quoted(host)}${dsn === false ? ' no-dsn' : ''}${filter}`
  return [
    ...(tls === 'none' && submission.tls === 'none'
      ? []
      : [`pki rig cert ${quoted(PATHS.certificate)}`, `pki rig key ${quoted(PATHS.key)}`]),
    `listen on 0.0.0.0 port 25${options(tls)}`,
    // AUTH is named only in TLS (smtp_session.c), whatever the configuration says.
    `listen on 0.0.0.0 port 587${options(submission.tls)}${submission.tls === 'none' ? '' : ' auth <credentials>'}`,
  ]
}

function actions(context: RenderContext): string[] {
  const { topology, addresses } = context
  const { local, smarthost, routes, host } = topology
  const helo = `helo ${quoted(host)}`
  return [
    `action "local" ${localDelivery(local)} alias <aliases>`,
    'action "aliases" expand-only virtual <virtual_aliases>',
    'action "discard" mda "/bin/cat > /dev/null" user nobody virtual { "@" = nobody }',
    ...(addresses.store === undefined
      ? []
      : [`action "store" relay host ${quoted(`lmtp://${addresses.store}:${STORE_PORTS.lmtp}`)} ${helo}`]),
    `action "relay" relay ${helo} ${smarthost ? nextHop(smarthost, context) : tlsOf(topology.outboundTls)}`,
    ...Object.values(routes).map((hop, index) => `action "route_${index}" relay ${helo} ${nextHop(hop, context)}`),
  ]
}

function localDelivery(local: Topology['local']): string {
  // procmail(1) delivers like the others to who has no recipes.
  if (usesProcmail(local)) return 'mda "/usr/bin/procmail -f -"'
  return local?.mailboxFormat === 'maildir' ? 'maildir' : 'mbox'
}

/** How to reach an upstream. By name where its certificate is looked at. */
function nextHop({ upstream, tls }: Hop, { addresses }: RenderContext): string {
  const at = addresses.upstreams[upstream]
  const place = at ? `${at.host}:${at.port}` : upstream
  // Next hops with TLS from the first octet are on a port of their own, which is refused before.
  const level = tls === 'implicit' ? 'required' : tls === 'implicit-verified' ? 'verified' : tls
  const protocol = { none: 'smtp+notls', opportunistic: 'smtp', required: 'smtp+tls', verified: 'smtp+tls' }[level]
  return `host ${quoted(`${protocol}://${place}`)} ${tlsOf(level)}`.trimEnd()
}

/** smtpd.conf(5), relay, tls: with `no-verify` any certificate will do. */
function tlsOf(level: Topology['outboundTls']): string {
  if (level === 'required') return 'tls no-verify'
  return level === 'verified' ? 'tls ca rig' : ''
}

/**
 * First what an administrator throws away, then what is ours, then what may be relayed. What an alias leads to is looked
 * up again as mail from `local`.
 */
function rules({ topology, addresses }: RenderContext, access: AccessParts): string[] {
  const { domains, virtualAliasDomains, relayDomains, trustedNetworks, routes } = topology
  const lines = access.discarded.map((where) => `match ${where} action "discard"`)
  lines.push('match from any for domain <local_domains> action "local"')
  if (mailboxAddresses(topology).length > 0 && addresses.store !== undefined) {
    lines.push('match from any for rcpt-to <mailboxes> action "store"')
  }
  if (aliasAddresses(topology).length > 0) lines.push('match from any for rcpt-to <alias_addresses> action "aliases"')
  if (catchAllDomains(topology).length > 0) lines.push('match from any for domain <catch_all_domains> action "aliases"')
  // Nobody else's address here is known, and none of these domains is elsewhere.
  const ours = [...Object.keys(domains), ...Object.keys(virtualAliasDomains)]
  lines.push(...ours.map((domain) => `match from any for domain ${quoted(domain)} reject`))
  const relay = (where: string) => [
    ...Object.keys(routes).map(
      (domain, index) =>
        `match ${where} for domain { ${quoted(domain)}, ${quoted(`*.${domain}`)} } action "route_${index}"`,
    ),
    `match ${where} for any action "relay"`,
  ]
  if (relayDomains.length > 0) {
    lines.push(
      ...Object.keys(routes).flatMap((domain, index) =>
        relayDomains.includes(domain) ? [`match from any for domain ${quoted(domain)} action "route_${index}"`] : [],
      ),
      'match from any for domain <relay_domains> action "relay"',
    )
  }
  for (const where of access.relayed) {
    lines.push(
      ...(where.endsWith(' for any') ? relay(where.replace(/ for any$/, '')) : [`match ${where} action "relay"`]),
    )
  }
  if (trustedNetworks.length > 0 || addresses.store !== undefined) lines.push(...relay('from src <trusted>'))
  lines.push(...relay('from any auth'), ...relay('from local'))
  return lines
}
