import { ACCOUNT_DIRECTORY } from '../account-directory.ts'
import type { AccountMap, AccountMapType } from './account-map-type.ts'

/** Where an answer is: the branch, the filter that finds the entry, and its attribute. */
interface Question {
  base: string
  filter: string
  attribute: string
}

const { domains, mailboxes, aliases } = ACCOUNT_DIRECTORY
/** A catch-all is an alias whose address begins with the `@`, which Postfix looks up as it stands. */
const ALIAS: Question = { base: aliases, filter: '(mail=%s)', attribute: 'mailDestination' }

const QUESTIONS: Record<AccountMap, Question> = {
  mailbox_domains: ofDomain('mailDomain'),
  alias_domains: ofDomain('aliasDomain'),
  mailboxes: { base: mailboxes, filter: '(mail=%s)', attribute: 'mail' },
  aliases: ALIAS,
  catch_alls: ALIAS,
}

function ofDomain(kind: string): Question {
  return {
    base: domains,
    filter: `(&(objectClass=${kind})(associatedDomain=%s))`,
    attribute: 'associatedDomain',
  }
}

/** ldap_table(5). Postfix puts what it looks up for `%s`, escaped. */
export const ldapMap: AccountMapType = {
  type: 'ldap',
  text: (map, address) => {
    const { base, filter, attribute } = QUESTIONS[map]
    return [
      `server_host = ldap://${address}`,
      'version = 3',
      'bind = yes',
      `bind_dn = ${ACCOUNT_DIRECTORY.login}`,
      `bind_pw = ${ACCOUNT_DIRECTORY.password}`,
      `search_base = ${base}`,
      'scope = one',
      `query_filter = ${filter}`,
      `result_attribute = ${attribute}`,
      '',
    ].join('\n')
  },
}
