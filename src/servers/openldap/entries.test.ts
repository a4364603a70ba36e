import { expect, it } from 'vitest'
import { parseTopology } from '../../topology/topology.ts'
import { accountEntries } from './entries.ts'
import { deletion, modification, readEntries } from './ldif.ts'

it('has an entry for each domain, mailbox, alias and catch-all', () => {
  const topology = parseTopology({
    accounts: 'ldap',
    domains: {
      'example.com': {
        mailboxes: { Jim: { password: ' it is: \u{e9}' }, petra: { quota: { storage: '1K', full: 'defer' } } },
        aliases: { 'team+eu': ['petra', 'gerda@elsewhere.example'] },
        catchAll: 'petra',
      },
    },
    virtualAliasDomains: { 'example.net': { aliases: { info: 'petra@example.com' } } },
  })
  expect(accountEntries(topology)).toMatchInlineSnapshot(`
    "dn: associatedDomain=example.com,ou=domains,dc=rig,dc=test
    changetype: add
    objectClass: mailDomain
    associatedDomain: example.com

    dn: associatedDomain=example.net,ou=domains,dc=rig,dc=test
    changetype: add
    objectClass: aliasDomain
    associatedDomain: example.net

    dn: mail=jim@example.com,ou=mailboxes,dc=rig,dc=test
    changetype: add
    objectClass: mailbox
    mail: jim@example.com
    userPassword:: IGl0IGlzOiDDqQ==

    dn: mail=petra@example.com,ou=mailboxes,dc=rig,dc=test
    changetype: add
    objectClass: mailbox
    mail: petra@example.com
    userPassword: secret
    quotaStorage: 1024
    quotaFull: defer

    dn: mail=team\\+eu@example.com,ou=aliases,dc=rig,dc=test
    changetype: add
    objectClass: mailAlias
    mail: team+eu@example.com
    mailDestination: petra@example.com
    mailDestination: gerda@elsewhere.example

    dn: mail=@example.com,ou=aliases,dc=rig,dc=test
    changetype: add
    objectClass: mailAlias
    mail: @example.com
    mailDestination: petra@example.com

    dn: mail=info@example.net,ou=aliases,dc=rig,dc=test
    changetype: add
    objectClass: mailAlias
    mail: info@example.net
    mailDestination: petra@example.com

    "
  `)
})

it('changes and deletes by what RFC 2849 calls change records', () => {
  expect(modification('cn=mail,dc=rig,dc=test', { userPassword: 'new', description: [] }) + deletion('cn=x')).toBe(`\
dn: cn=mail,dc=rig,dc=test
changetype: modify
replace: userPassword
userPassword: new
-
replace: description
-

dn: cn=x
changetype: delete

`)
})

it('reads entries', () => {
  const ldif = `dn: mail=jim@example.com,ou=mailboxes,dc=rig,dc=test
objectClass: mailbox
mail: jim@example.com
userPassword:: w6k=

dn:: Y249w6k=
mailDestination: a@example.com
mailDestination: b: c

`
  expect(readEntries(ldif)).toEqual([
    {
      dn: 'mail=jim@example.com,ou=mailboxes,dc=rig,dc=test',
      attributes: { objectClass: ['mailbox'], mail: ['jim@example.com'], userPassword: ['\u{e9}'] },
    },
    { dn: 'cn=\u{e9}', attributes: { mailDestination: ['a@example.com', 'b: c'] } },
  ])
  expect(readEntries('')).toEqual([])
})
