import type { Topology } from '../../topology/topology.ts'
import { STORE_PORTS } from '../store-ports.ts'
import { INSIDE_PORTS, PATHS } from './paths.ts'

/**
 * cyrus.conf(5). The master is started with the services of the inside alone, and told of the others when all mailboxes
 * are there: whoever is greeted finds them.
 */
export function cyrusConf(store: Topology['store'] | undefined): string {
  return `\
START {
  recover cmd="/usr/lib/cyrus/bin/ctl_cyrusdb -r"
  # Tells those who wait by IDLE; without it they would look each minute.
  idled cmd="/usr/lib/cyrus/bin/idled"
}
SERVICES {
${[...INSIDE, ...(store ? outside(store) : [])].map((line) => `  ${line}\n`).join('')}}
EVENTS {
}
`
}

const INSIDE = [
  // -N asks for no password (imapd(8)): this port is where mailboxes are set up, and questions of tests are answered.
  service('inside', `imapd -N -C ${PATHS.insideSettings}`, `127.0.0.1:${INSIDE_PORTS.imap}`),
  service('insidesieve', `timsieved -C ${PATHS.insideSettings}`, `127.0.0.1:${INSIDE_PORTS.managesieve}`),
  service('lmtpunix', 'lmtpd', '/run/cyrus/socket/lmtp'),
]

function outside({ tls }: Topology['store']): string[] {
  return [
    // -a takes mail from everybody who connects (lmtpd(8)): that is the MTA.
    service('lmtp', 'lmtpd -a', `${STORE_PORTS.lmtp}`, 1),
    service('imap', 'imapd', `${STORE_PORTS.imap}`, 1),
    service('pop3', 'pop3d', `${STORE_PORTS.pop3}`),
    service('sieve', 'timsieved', `${STORE_PORTS.managesieve}`),
    ...(tls === 'none'
      ? []
      : [service('imaps', 'imapd -s', `${STORE_PORTS.imaps}`), service('pop3s', 'pop3d -s', `${STORE_PORTS.pop3s}`)]),
  ]
}

function service(name: string, command: string, listen: string, prefork = 0): string {
  return `${name} cmd="${command}" listen="${listen}" proto="${listen.startsWith('/') ? 'tcp' : 'tcp4'}" prefork=${prefork}`
}
