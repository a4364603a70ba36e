import { ALL_MAILBOXES, mailboxFilter, SEARCH } from './ldap.ts'
import { plainHome } from './users.ts'

/** dovecot-ldap.conf.ext of Dovecot 2.3. */
export function ldapConf23(address: string): string {
  return `\
uris = ldap://${address}
ldap_version = 3
dn = ${SEARCH.dn}
dnpass = ${SEARCH.password}
base = ${SEARCH.base}
scope = onelevel
pass_filter = ${mailboxFilter('%Lu')}
pass_attrs = mail=user, =password={PLAIN}%{ldap:userPassword}
user_filter = ${mailboxFilter('%Lu')}
user_attrs = =home=${plainHome('%Ld', '%Ln')}, ${QUOTA}, ${DEFERRING}
iterate_filter = ${ALL_MAILBOXES}
iterate_attrs = mail=user
`
}

/** 0 is no limit. */
const QUOTA = '=quota_rule=*:bytes=%{ldap:quotaStorage:0}:messages=%{ldap:quotaMessages:0}'
const DEFERRING = '=quota_full_tempfail=%{if;%{ldap:quotaFull:refuse};eq;defer;yes;no}'
