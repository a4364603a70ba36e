import { startByPipe, stopByPid } from '../account-commands.ts'
import { ACCOUNT_DIRECTORY } from '../account-directory.ts'
import type { AccountServer } from '../account-server.ts'
import { accountEntries } from './entries.ts'

/** As the administrator, by the socket on the server's own host: slapd.conf of docker/openldap says who that is. */
const BY_SOCKET = ['-Q', '-Y', 'EXTERNAL', '-H', 'ldapi://%2Frun%2Fldapi']

/** ldapmodify(1), which reads LDIF with change records. */
export const CHANGE = ['ldapmodify', ...BY_SOCKET]

/** ldapsearch(1) with a filter (RFC 4515): entries as LDIF, a line an attribute. */
export function search(filter: string): string[] {
  return ['ldapsearch', ...BY_SOCKET, '-LLL', '-o', 'ldif-wrap=no', '-b', ACCOUNT_DIRECTORY.suffix, filter]
}

/** OpenLDAP's slapd, as Debian has it. */
export const openldap: AccountServer = {
  name: 'openldap',
  title: 'OpenLDAP',
  port: 389,
  ready: /slapd starting/,
  refuses: /slapd stopped\./,
  capabilities: ['KILL', 'NET_BIND_SERVICE', 'SETGID', 'SETUID'],
  user: 'openldap',
  fill: (topology) => ({ command: CHANGE, input: accountEntries(topology) }),
  stop: stopByPid('/run/slapd/slapd.pid'),
  start: startByPipe('/var/lib/ldap/start', `ldapwhoami ${BY_SOCKET.join(' ')}`),
}
