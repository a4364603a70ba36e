import { hopsOf, isImplicit } from '../../topology/hops.ts'
import type { Hop, Topology } from '../../topology/topology.ts'
import { hopAddress } from '../hop-address.ts'
import { networksNamed } from '../networks.ts'
import { usesProcmail } from '../procmailrc.ts'
import type { RenderContext } from '../rendering.ts'
import { SRS_SECRET } from '../srs-secret.ts'
import { STORE_PORTS } from '../store-ports.ts'
import { type AccessParts, accessParts } from './access.ts'
import { listTable, quoted } from './conf-text.ts'
import { PATHS } from './paths.ts'
import { aliasAddresses, catchAllDomains, mailboxAddresses } from './tables.ts'

/** smtpd.conf(5), for OpenSMTPD 6.8 and 7.6 alike. The first rule that fits counts. */
export function configuration(context: RenderContext): string {
  const { topology, addresses } = context
  const access = accessParts(topology, addresses)
  const own = topology.native.opensmtpd?.filters ?? []
  const chain = [...own.map((_, index) => `own_${index}`), ...access.chain]
  const sections = [
    general(topology, addresses.store),
    tables(context),
    own.map((filter, index) => `filter own_${index} ${filter}`),
    access.filters,
    chain.length === 0 ? [] : [`filter all chain { ${chain.join(', ')} }`],
    listeners(context, chain.length === 0 ? '' : ' filter all'),
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

function general(
  { limits, queue, recipientDelimiter, ipv6, rewriting }: Topology,
  store: string | undefined,
): string[] {
  return [
    `smtp max-message-size ${limits.messageSize}`,
    `smtp sub-addr-delim ${quoted(recipientDelimiter ?? '+')}`,
    // High enough that no test meets them.
    `smtp limit max-mails 10000 max-rcpt ${limits.recipients ?? 10_000}`,
    ...(queue.giveUpAfter === undefined ? [] : [`queue ttl ${queue.giveUpAfter}s`]),
    `bounce warn-interval ${queue.warnAfter ?? NO_WARNING_SECONDS}s`,
    // smtpd waits some seconds before it connects to a host again, and keeps a connection for ten.
    `mta limit conn-delay-route 0 conn-delay-relay 0 reconn-delay-route 0 session-keepalive 0${ipv6 ? '' : ' inet4'}`,
    // Else a delivery has the daemon try what else waits for that host, though it be put aside (smtpctl pause envelope).
    'mta max-deferred 0',
    // It waits up to ten seconds before it opens the next connection, but one that is open takes a message within a second
    // (mta.c, nextsource; mta_session.c, hangon).
    ...(store === undefined ? [] : [`mta limit for domain ${quoted(store)} session-keepalive 60`]),
    `ca rig cert ${quoted(PATHS.authorities)}`,
    // The domain is that of the address which forwards: smtpd.conf(5) has no setting for another.
    ...(rewriting.srs === undefined ? [] : [`srs key ${quoted(SRS_SECRET)}`]),
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
    ...(topology.submission.senders === 'own' ? [`table own_senders file:${PATHS.ownSenders}`] : []),
    ...(hopsOf(topology).some(({ auth }) => auth) ? [`table logins file:${PATHS.logins}`] : []),
    ...senders(topology).map(({ values }, index) => listTable(`sender_${index}`, values)),
    ...addressTable('mailboxes', mailboxAddresses(topology)),
    ...addressTable('alias_addresses', aliasAddresses(topology)),
    ...addressTable('catch_all_domains', catchAllDomains(topology)),
    ...addressTable('local_domains', local?.domains ?? [topology.host]),
    ...addressTable(
      'relay_domains',
      relayDomains.flatMap((domain) => [domain, `*.${domain}`]),
    ),
    ...addressTable('trusted', [
      ...trustedNetworks.flatMap((network) => networksNamed(network, addresses)),
      // The mail store too: a Sieve script's replies and redirections leave by way of this server.
      ...(addresses.store === undefined ? [] : [addresses.store]),
    ]),
  ]
}

function listeners({ topology, addresses }: RenderContext, filter: string): string[] {
  const { tls, submission, host, dsn, tlsMinimum } = topology
  const wildcards = addresses.ipv6 ? ['0.0.0.0', '::'] : ['0.0.0.0']
  const auth = `auth <credentials>${submission.senders === 'own' ? ' senders <own_senders>' : ''}`
  const words = { none: '', offered: ' tls pki rig', required: ' tls-require pki rig' }
  const versions = tlsMinimum === 'TLSv1.3' ? ' protocols "tlsv1.3"' : ''
  const rest = ` hostname ${quoted(host)}${dsn === false ? ' no-dsn' : ''}${filter}`
  const options = (mode: Topology['tls']) => `${words[mode]}${mode === 'none' ? '' : versions}`
  return [
    `pki rig cert ${quoted(PATHS.certificate)}`,
    `pki rig key ${quoted(PATHS.key)}`,
    ...wildcards.flatMap((any) => [
      `listen on ${any} port 25${options(tls)}${rest}`,
      // AUTH is named only in TLS (smtp_session.c), whatever the configuration says.
      `listen on ${any} port 587${options(submission.tls)}${submission.tls === 'none' ? '' : ` ${auth}`}${rest}`,
      `listen on ${any} port 465 smtps pki rig${versions} ${auth}${rest}`,
    ]),
  ]
}

function actions(context: RenderContext): string[] {
  const { topology, addresses } = context
  const { local, smarthost, routes, host, rewriting } = topology
  const helo = `${rewriting.srs === undefined ? '' : 'srs '}helo ${quoted(host)}`
  return [
    `action "local" ${localDelivery(local)} alias <aliases>`,
    'action "aliases" expand-only virtual <virtual_aliases>',
    'action "discard" mda "/bin/cat > /dev/null" user nobody virtual { "@" = nobody }',
    ...(addresses.store === undefined
      ? []
      : [`action "store" relay host ${quoted(`lmtp://${addresses.store}:${STORE_PORTS.lmtp}`)} helo ${quoted(host)}`]),
    `action "relay" relay ${helo} ${smarthost ? nextHop(smarthost, context) : tlsOf(topology.outboundTls)}`,
    ...Object.values(routes).map((hop, index) => `action "route_${index}" relay ${helo} ${nextHop(hop, context)}`),
    ...senders(topology).map(({ hop }, index) => `action "sender_${index}" relay ${helo} ${nextHop(hop, context)}`),
  ]
}

function localDelivery(local: Topology['local']): string {
  // procmail(1) delivers like the others to who has no recipes.
  if (usesProcmail(local)) return 'mda "/usr/bin/procmail -f %{mbox.from}"'
  return local?.mailboxFormat === 'maildir' ? 'maildir' : 'mbox'
}

/** Routes by sender as tables name them, an address before its domain. */
function senders({ senderRoutes }: Topology): { values: string[]; hop: Hop }[] {
  return Object.entries(senderRoutes)
    .toSorted(([a], [b]) => Number(b.includes('@')) - Number(a.includes('@')))
    .map(([sender, hop]) => ({ values: [sender.includes('@') ? sender : `@${sender}`], hop }))
}

/** How to reach an upstream. By name, because its certificate may be looked at. */
function nextHop(hop: Hop, { addresses }: RenderContext): string {
  const { host, port } = hopAddress(hop, addresses)
  const login = hop.auth === undefined ? '' : `${hop.upstream}@`
  if (hop.protocol === 'lmtp') return `host ${quoted(`lmtp://${host}:${port}`)}`
  const protocol = isImplicit(hop.tls) ? 'smtps' : PROTOCOLS[hop.tls as keyof typeof PROTOCOLS]
  return [
    `host ${quoted(`${protocol}://${login}${host}:${port}`)}`,
    ...(login === '' ? [] : ['auth <logins>']),
    tlsOf(hop.tls),
  ]
    .join(' ')
    .trimEnd()
}

const PROTOCOLS = { none: 'smtp+notls', opportunistic: 'smtp', required: 'smtp+tls', verified: 'smtp+tls' } as const

/** smtpd.conf(5), relay, tls: with `no-verify` any certificate will do. */
function tlsOf(level: Hop['tls']): string {
  if (level === 'required' || level === 'implicit') return 'tls no-verify'
  return level === 'verified' || level === 'implicit-verified' ? 'tls ca rig' : ''
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
      (domain, index) => `match ${where} for domain ${quoted(domain)} action "route_${index}"`,
    ),
    ...senders(topology).map(
      (_, index) => `match ${where} mail-from <sender_${index}> for any action "sender_${index}"`,
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
