import type { Topology } from '../../topology/topology.ts'
import { STORE_PORTS } from '../store-ports.ts'

/** How a release says how many connections a process may serve before it is replaced. */
export interface ProcessReuse {
  forEver: string
  often: string
}

/** The services and their ports, which both configuration languages write alike but for the reuse of processes. */
export function services(reuse: ProcessReuse, { tls, localAccounts }: Topology['store']): string {
  const implicitTls = (name: string, port: number) =>
    tls === 'none' ? '' : `\n  inet_listener ${name} {\n    port = ${port}\n    ssl = yes\n  }`
  return `\
# A process serves one connection after the other; a fresh one for each costs every login 25 ms.
service imap-login {
  ${reuse.forEver}
  inet_listener imap {
    port = ${STORE_PORTS.imap}
  }${implicitTls('imaps', STORE_PORTS.imaps)}
}
service pop3-login {
  ${reuse.forEver}
  inet_listener pop3 {
    port = ${STORE_PORTS.pop3}
  }${implicitTls('pop3s', STORE_PORTS.pop3s)}
}
service managesieve-login {
  ${reuse.forEver}
  inet_listener sieve {
    port = ${STORE_PORTS.managesieve}
  }
}
${localAccounts ? '' : forAllUsers(reuse)}service lmtp {
  ${reuse.often}
  inet_listener lmtp {
    port = ${STORE_PORTS.lmtp}
  }
}
service auth {
  # Dovecot warns where this is less than the processes above might come to.
  client_limit = 4096
  inet_listener sasl {
    port = ${STORE_PORTS.sasl}
  }
}
service quota-status {
  executable = quota-status -p postfix
  client_limit = 1
  inet_listener policy {
    port = ${STORE_PORTS.quotaStatus}
  }
}
# No penalty for failed logins: a test fails them on purpose, all from one address.
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
`
}

/** A process that has become one Unix user cannot become another. All mailboxes of domains belong to the same. */
function forAllUsers({ often }: ProcessReuse): string {
  return ['imap', 'pop3'].map((name) => `service ${name} {\n  ${often}\n}\n`).join('')
}
