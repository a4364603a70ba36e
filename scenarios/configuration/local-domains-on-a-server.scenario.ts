import type { Rig } from 'mailrig'
import { expect, rig } from 'mailrig/vitest'
import { describe } from 'vitest'
import { ASKS } from '../accounts/account-server.ts'

const TABLE = '/etc/mailrig/local_domains.cf'

/** The same login for each kind of SQL server. */
const sqlTable = (type: string) => ({
  table: `${type}:${TABLE}`,
  text: `\
hosts = database.rig.test
dbname = mail
user = mail
password = mail
query = SELECT name FROM local_domains WHERE name = '%s'
`,
  exim: `\${lookup ${type}{SELECT name FROM local_domains WHERE name = '\${quote_${type}:$domain}'}}`,
  prepare: ({ database }: Rig) => database.query('CREATE TABLE local_domains (name varchar(255) PRIMARY KEY)'),
  add: ({ database }: Rig, name: string) => database.query(`INSERT INTO local_domains VALUES ('${name}')`),
})

const ldapTable = {
  table: `ldap:${TABLE}`,
  text: `\
server_host = ldap://database.rig.test
version = 3
bind = yes
bind_dn = cn=mail,dc=rig,dc=test
bind_pw = mail
search_base = ou=local,dc=rig,dc=test
query_filter = (associatedDomain=%s)
result_attribute = associatedDomain
`,
  exim:
    '${lookup ldap{user="cn=mail,dc=rig,dc=test" pass=mail ' +
    `ldap://database.rig.test/ou=local,dc=rig,dc=test?associatedDomain?one?(associatedDomain=\${quote_ldap:$domain})}}`,
  prepare: ({ directory }: Rig) => directory.add('ou=local', { objectClass: 'organizationalUnit', ou: 'local' }),
  add: ({ directory }: Rig, associatedDomain: string) =>
    directory.add(`associatedDomain=${associatedDomain},ou=local`, { objectClass: 'mailDomain', associatedDomain }),
}

describe.each([
  { accounts: 'postgresql', ...sqlTable('pgsql') },
  { accounts: 'mariadb', ...sqlTable('mysql') },
  { accounts: 'ldap', ...ldapTable },
] as const)('local domains in $accounts', ({ accounts, table, text, exim, prepare, add }) => {
  const it = rig(
    {
      accounts,
      host: 'mx1.example.com',
      // An alias instead of an account, so that mail for every local domain can be read in the mail store.
      domains: { 'store.example': { mailboxes: ['jim'] } },
      local: { aliases: { jim: 'jim@store.example' }, files: { [TABLE]: text } },
      native: {
        postfix: { 'main.cf': { mydestination: `$myhostname, localhost, ${table}` } },
        exim: { main: [`domainlist local_domains = mx1.example.com : localhost : ${exim}`] },
      },
    },
    { covers: ['S118', 'S120', 'S122'], needs: [ASKS[accounts]] },
  )

  it('takes mail for a domain as soon as the server has it', async ({ smtp, mailbox, rig }) => {
    await prepare(rig)
    // Another address: an smtpd of Postfix remembers for as long as it lives what became of one.
    const before = await smtp.send({ to: 'root@served.example', expectRefusal: true })
    expect(before.rejected[0]?.reply.code).toBeGreaterThanOrEqual(400)
    await add(rig, 'served.example')
    await expect(mailbox('jim')).toReceive(await smtp.send({ to: 'jim@served.example' }))
  })
})
