import type { Topology } from '../../topology/topology.ts'
import type { RenderContext } from '../rendering.ts'
import { PATHS } from './paths.ts'

/** The domain of names without one. Nobody has a mailbox there: it is that of the administrator. */
const DEFAULT_DOMAIN = 'mailrig.invalid'

const VERSIONS = { 'TLSv1.2': 'tls1_2 tls1_3', 'TLSv1.3': 'tls1_3' } as const

/** imapd.conf(5), `name: value` a line. */
export function imapdConf(context: RenderContext): string {
  return linesOf(settings(context))
}

/** The same for services that answer inside the container alone, where nobody listens to passwords. */
export function insideConf(context: RenderContext): string {
  return linesOf({ ...settings(context), allowplaintext: 'yes' })
}

function settings({ topology, addresses }: RenderContext): Record<string, string> {
  const { store, tls, domains } = topology
  return {
    configdirectory: '/var/lib/cyrus',
    defaultpartition: 'default',
    'partition-default': '/var/spool/cyrus/mail',
    sievedir: '/var/spool/sieve',
    proc_path: '/run/cyrus/proc',
    mboxname_lockpath: '/run/cyrus/lock',
    lmtpsocket: '/run/cyrus/socket/lmtp',
    idlesocket: '/run/cyrus/socket/idle',
    notifysocket: '/run/cyrus/socket/notify',
    syslog_prefix: 'cyrus',
    // Users are jim@example.com, folders stand beside INBOX, and "." is a character of names.
    virtdomains: 'userid',
    defaultdomain: DEFAULT_DOMAIN,
    altnamespace: 'yes',
    unixhierarchysep: 'yes',
    // Folders of others are where Dovecot has them.
    ...(store.sharing ? { userprefix: 'shared' } : {}),
    lmtp_downcase_rcpt: 'yes',
    admins: 'cyrus',
    sasl_pwcheck_method: 'auxprop',
    sasl_auxprop_plugin: 'sasldb',
    sasl_mech_list: store.mechanisms.join(' '),
    allowplaintext: store.tls === 'required' ? 'no' : 'yes',
    // A test fails logins on purpose, and reads its mail as often as it likes.
    failedloginpause: '0',
    popminpoll: '0',
    // Every copy is one that a test looks for.
    duplicatesuppression: 'no',
    lmtp_over_quota_perm_failure: refusesWhenFull(domains) ? 'yes' : 'no',
    // A message for which there is no room is not taken; else the last one may go over the limit.
    lmtp_strict_quota: 'yes',
    // A Sieve script may file into a folder that nobody has made.
    anysievefolder: 'yes',
    // The MTA, for what a Sieve script sends.
    smtp_backend: 'host',
    smtp_host: `${addresses.mta.lan}:25${tls === 'required' ? '/tls' : ''}`,
    ...(store.tls === 'none'
      ? {}
      : { allowstarttls: 'on', tls_server_cert: PATHS.certificate, tls_server_key: PATHS.key }),
    ...(store.tlsMinimum === undefined ? {} : { tls_versions: VERSIONS[store.tlsMinimum] }),
  }
}

/** Whether a message for which there is no room is refused for good: one setting for all mailboxes. */
function refusesWhenFull(domains: Topology['domains']): boolean {
  return !Object.values(domains).some(({ mailboxes }) =>
    Object.values(mailboxes).some(({ quota }) => quota?.full === 'defer'),
  )
}

function linesOf(values: Record<string, string>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('')
}
