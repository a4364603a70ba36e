const SUFFIX = 'dc=rig,dc=test'

/**
 * How the servers get at the accounts where those are in a directory; docker/openldap/mail.schema says what an entry has.
 * Each branch has its entries right below it.
 */
export const ACCOUNT_DIRECTORY = {
  suffix: SUFFIX,
  /** Who the mail servers log in as (RFC 4513 §5.1.3, name/password). */
  login: `cn=mail,${SUFFIX}`,
  password: 'mail',
  domains: `ou=domains,${SUFFIX}`,
  mailboxes: `ou=mailboxes,${SUFFIX}`,
  aliases: `ou=aliases,${SUFFIX}`,
} as const
