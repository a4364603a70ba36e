import type { Topology } from '../../topology/topology.ts'
import type { ServerCertificate, ServerFile } from '../rendering.ts'
import { DAEMONS } from './daemons.ts'

const DIRECTORY = '/etc/mail/tls'

/** The certificate where {@link tlsLines} says it is. sendmail refuses a key that others may read. */
export function tlsFiles({ certificate, key, authority }: ServerCertificate): ServerFile[] {
  return [
    { path: `${DIRECTORY}/server.crt`, content: certificate },
    { path: `${DIRECTORY}/server.key`, content: key, mode: 0o600 },
    { path: `${DIRECTORY}/authority.crt`, content: authority },
  ]
}

/**
 * Lines of sendmail.mc. STARTTLS is offered where there is a certificate and an authority, as file and as directory; the
 * authority is for certificates of other servers too.
 */
export function tlsLines({ tlsMinimum }: Topology): string[] {
  return [
    `define(\`confCACERT', \`${DIRECTORY}/authority.crt')dnl`,
    `define(\`confCACERT_PATH', \`${DIRECTORY}')dnl`,
    `define(\`confSERVER_CERT', \`${DIRECTORY}/server.crt')dnl`,
    `define(\`confSERVER_KEY', \`${DIRECTORY}/server.key')dnl`,
    ...(tlsMinimum === 'TLSv1.3'
      ? ["define(`confSERVER_SSL_OPTIONS', `+SSL_OP_NO_TLSv1 +SSL_OP_NO_TLSv1_1 +SSL_OP_NO_TLSv1_2')dnl"]
      : []),
  ]
}

/**
 * Lines after the mailers by which MAIL without STARTTLS is refused as RFC 3207 §4 asks. With FEATURE(delay_checks)
 * sendmail's own checks run at RCPT and leave the ruleset `check_mail` free. Mail from the host itself may come plain.
 */
export function tlsRequiredLines({ tls, submission }: Topology): string[] {
  if (tls !== 'required' && submission.tls !== 'required') return []
  return [
    'LOCAL_RULESETS',
    'Scheck_mail',
    'R$*\t\t\t$: $&{client_addr} $| $&{tls_version}',
    'R127.0.0.1 $| $*\t$@ OK',
    'R0 $| $*\t\t$@ OK',
    'R$* $| $+\t\t$@ OK',
    'R$*\t\t\t$: $&{daemon_name}',
    ...(tls === 'required' ? [] : [`R${DAEMONS.smtp}\t\t$@ OK`]),
    ...(submission.tls === 'required' ? [] : [`R${DAEMONS.submission}\t\t$@ OK`]),
    'R$*\t\t\t$#error $@ 5.7.0 $: "530 Must issue a STARTTLS command first"',
  ]
}
