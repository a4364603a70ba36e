import { ALL_MAILBOXES, mailboxFilter, SEARCH } from './ldap.ts'
import { plainHome } from './users.ts'

/** passdb and userdb that ask a directory, in the language of Dovecot 2.4. */
export function ldap24(address: string): string {
  const filter = mailboxFilter('%{user | lower}')
  return `\
ldap_uris = ldap://${address}
ldap_auth_dn = ${SEARCH.dn}
ldap_auth_dn_password = ${SEARCH.password}
ldap_base = ${SEARCH.base}
ldap_scope = onelevel
passdb ldap {
  filter = ${filter}
  fields {
    user = %{ldap:mail}
    password = {PLAIN}%{ldap:userPassword}
  }
}
userdb ldap {
  filter = ${filter}
  fields {
    home = ${plainHome('%{user | domain | lower}', '%{user | username | lower}')}
    quota_storage_size = %{ldap:quotaStorage | default('unlimited')}
    quota_message_count = %{ldap:quotaMessages | default('unlimited')}
    quota_full_tempfail = %{ldap:quotaFull | default('refuse') | if('eq', 'defer', 'yes', 'no')}
  }
  iterate_filter = ${ALL_MAILBOXES}
  iterate_fields {
    user = %{ldap:mail}
  }
}`
}
