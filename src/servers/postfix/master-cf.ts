import { hopsOf, isImplicit } from '../../topology/hops.ts'
import type { RenderContext } from '../rendering.ts'
import { inboundLevel } from './tls.ts'
import { IMPLICIT_TLS_TRANSPORT } from './transport-table.ts'

/**
 * Debian's services, without its pipes to programs that are not installed. None is in a chroot jail: the jail's copies
 * of /etc/resolv.conf and /etc/hosts are only kept fresh by Debian's start script.
 */
const SERVICES = `\
smtp       inet  n  -  n  -      -  smtpd
pickup     unix  n  -  n  60     1  pickup
cleanup    unix  n  -  n  -      0  cleanup
qmgr       unix  n  -  n  300    1  qmgr
tlsmgr     unix  -  -  n  1000?  1  tlsmgr
rewrite    unix  -  -  n  -      -  trivial-rewrite
bounce     unix  -  -  n  -      0  bounce
defer      unix  -  -  n  -      0  bounce
trace      unix  -  -  n  -      0  bounce
verify     unix  -  -  n  -      1  verify
flush      unix  n  -  n  1000?  0  flush
proxymap   unix  -  -  n  -      -  proxymap
proxywrite unix  -  -  n  -      1  proxymap
smtp       unix  -  -  n  -      -  smtp
relay      unix  -  -  n  -      -  smtp
showq      unix  n  -  n  -      -  showq
error      unix  -  -  n  -      -  error
retry      unix  -  -  n  -      -  error
discard    unix  -  -  n  -      -  discard
local      unix  -  n  n  -      1  local
virtual    unix  -  n  n  -      -  virtual
lmtp       unix  -  -  n  -      -  lmtp
anvil      unix  -  -  n  -      1  anvil
scache     unix  -  -  n  -      1  scache
postlog    unix-dgram n - n -    1  postlogd
`

/** One service: its line and the lines that continue it. */
type Service = string[]

/** master.cf(5). A service that `native` names replaces the one of that name and type. */
export function masterCf(context: RenderContext): string {
  const native = context.topology.native.postfix?.['master.cf'] ?? []
  const services = new Map<string, Service>()
  for (const service of [
    ...split(SERVICES.split('\n')),
    submission(context),
    submissions(context),
    ...implicitTls(context),
    ...proxied(context),
    ...split(native),
  ]) {
    services.set(nameAndType(service), service)
  }
  return `${[...services.values()].flat().join('\n')}\n`
}

/** Submission, RFC 6409. */
function submission(context: RenderContext): Service {
  const { tls, authRequiresTls } = context.topology.submission
  return [
    'submission inet n -  n  -      -  smtpd',
    '  -o syslog_name=postfix/submission',
    `  -o smtpd_tls_security_level=${inboundLevel(tls)}`,
    ...whoMaySubmit(context, `  -o smtpd_tls_auth_only=${authRequiresTls ? 'yes' : 'no'}`),
  ]
}

/** Submission with TLS from the first octet, RFC 8314 §3.3. */
function submissions(context: RenderContext): Service {
  return [
    'submissions inet n - n  -      -  smtpd',
    '  -o syslog_name=postfix/submissions',
    '  -o smtpd_tls_wrappermode=yes',
    '  -o smtpd_tls_security_level=encrypt',
    ...whoMaySubmit(context),
  ]
}

/** Without a mail store there is nobody to authenticate against: only trusted networks may send. */
function whoMaySubmit({ topology, addresses }: RenderContext, ...more: string[]): string[] {
  if (addresses.store === undefined) return ['  -o smtpd_relay_restrictions=permit_mynetworks,reject']
  return [
    '  -o smtpd_sasl_auth_enable=yes',
    // Dovecot may offer more than this service is to.
    `  -o smtpd_sasl_mechanism_filter=${topology.submission.mechanisms.join(',').toLowerCase()}`,
    ...more,
    '  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject',
  ]
}

/** Port 25 behind a load balancer. */
function proxied({ topology: { proxyProtocol } }: RenderContext): Service[] {
  if (!proxyProtocol) return []
  return [
    [
      `${proxyProtocol.port} inet n - n - - smtpd`,
      '  -o syslog_name=postfix/proxied',
      '  -o smtpd_upstream_proxy_protocol=haproxy',
    ],
  ]
}

/** smtp(8) with TLS from the first octet, for next hops that are reached so; their certificates are policy. */
function implicitTls({ topology }: RenderContext): Service[] {
  if (!hopsOf(topology).some(({ tls }) => isImplicit(tls))) return []
  return [
    [
      `${IMPLICIT_TLS_TRANSPORT} unix - - n - - smtp`,
      '  -o smtp_tls_wrappermode=yes',
      '  -o smtp_tls_security_level=encrypt',
    ],
  ]
}

function split(lines: string[]): Service[] {
  const services: Service[] = []
  for (const line of lines.flatMap((text) => text.split('\n'))) {
    if (line.trim() === '' || line.startsWith('#')) continue
    const last = services.at(-1)
    if (/^\s/.test(line) && last) last.push(line)
    else services.push([line])
  }
  return services
}

function nameAndType(service: Service): string {
  return (service[0] ?? '').split(/\s+/, 2).join(' ')
}
