import { ACCOUNT_DIRECTORY } from '../account-directory.ts'
import type { AccountLookups } from './lookup-texts.ts'
import { passwordInFile } from './password-lookup.ts'

/**
 * Lookups in the directory of docker/openldap/mail.schema (Exim specification, "More about LDAP"). Several values come
 * separated by commas, which a redirect takes.
 *
 * @param address of the server
 */
export function ldapLookups(address: string): AccountLookups {
  const { login, password, domains, mailboxes, aliases } = ACCOUNT_DIRECTORY
  const lookUp = (base: string, attribute: string, filter: string, results = '') =>
    `\${lookup ldap{user="${login}" pass=${password} ldap://${address}/${base}?${attribute}?one?${filter}}${results}}`
  const quoted = (text: string) => `\${quote_ldap:${text}}`
  const domain = (kind: string) =>
    lookUp(domains, 'associatedDomain', `(&(objectClass=${kind})(associatedDomain=${quoted('$domain')}))`)
  const mail = (text: string) => `(mail=${quoted(text)})`
  return {
    // The list is expanded for each domain that is tested, and is then that domain or nothing.
    mailboxDomains: domain('mailDomain'),
    virtualAliasDomains: domain('aliasDomain'),
    alias: (localPart, otherwise) =>
      lookUp(aliases, 'mailDestination', mail(`${localPart}@$domain`), `{$value}${otherwise}`),
    mailbox: (localPart, otherwise) => lookUp(mailboxes, 'mail', mail(`${localPart}@$domain`), `{yes}${otherwise}`),
    catchAll: lookUp(aliases, 'mailDestination', mail('@$domain')),
    password: (identity) =>
      lookUp(
        mailboxes,
        'userPassword',
        mail(identity),
        // A comma within a value is doubled.
        `{\${base64:\${sg{$value}{,,}{,}}}}{${passwordInFile(identity)}}`,
      ),
  }
}
