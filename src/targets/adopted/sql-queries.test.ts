import { expect, it } from 'vitest'
import { databaseOverlays } from './overlays/databases.ts'
import type { SourceTree } from './source-tree.ts'
import { type SqlQuery, tableOf } from './sql-queries.ts'
import { surveyTree } from './survey.ts'

const asked = (query: string): SqlQuery => ({
  driver: 'mysql',
  host: 'localhost',
  database: 'mail',
  user: 'mail',
  password: 'x',
  query,
  purpose: 'virtual_mailbox_maps',
  from: 'test',
})

it.each([
  ["SELECT 1 FROM domains WHERE name='%s' AND active=1", 'domains', ['active', 'name']],
  ["SELECT email AS user, password FROM users WHERE email='%u';", 'users', ['email', 'password']],
  [
    "SELECT CONCAT(domain, '/', maildir) FROM mailbox WHERE username = '%s' LIMIT 1",
    'mailbox',
    ['domain', 'maildir', 'username'],
  ],
])('%s reads one table', (query, name, columns) => {
  const table = tableOf(asked(query))
  expect(table?.name).toBe(name)
  expect([...(table?.columns ?? [])].sort()).toEqual(columns)
})

it('a join is more than a table made of the query can answer', () => {
  expect(tableOf(asked("SELECT a.x FROM a JOIN b ON a.i=b.i WHERE b.y='%s'"))).toBeUndefined()
})

it('the database has the names and the password of the configuration, and rows for the accounts', () => {
  const text = (query: string) =>
    `hosts = 127.0.0.1\nuser = mailuser\npassword = it's\ndbname = mailserver\nquery = ${query}\n`
  const files = {
    '/etc/postfix/main.cf':
      'virtual_mailbox_domains = mysql:/etc/postfix/d.cf\nvirtual_mailbox_maps = proxy:mysql:/etc/postfix/m.cf\n',
    '/etc/postfix/d.cf': text("SELECT 1 FROM domains WHERE name='%s' AND active=1"),
    '/etc/postfix/m.cf': text("SELECT maildir FROM users WHERE email='%s'"),
  }
  const tree: SourceTree = {
    label: 'test',
    left: [],
    files: new Map(
      Object.entries(files).map(([path, content]) => [path, { path, content: Buffer.from(content), mode: 0o644 }]),
    ),
  }
  const account = { address: 'jim@hail.example', user: 'jim@hail.example', password: 'secret' }
  const [overlay, ...others] = databaseOverlays(
    surveyTree(tree),
    { domain: 'hail.example', accounts: [account] },
    undefined,
  )
  expect(others).toEqual([])
  expect(overlay).toMatchObject({ kind: 'databases', path: 'mailserver', from: '/etc/postfix/d.cf' })
  const sql = (overlay?.steps ?? []).map((step) => ('input' in step ? step.input : '')).join('\n')
  expect(sql).toContain("CREATE USER IF NOT EXISTS 'mailuser'@'localhost' IDENTIFIED BY 'it''s'")
  expect(sql).toContain("INSERT INTO `domains` (`name`, `active`) VALUES ('hail.example', '1');")
  expect(sql).toContain("INSERT INTO `users` (`maildir`, `email`) VALUES ('hail.example/jim/', 'jim@hail.example');")
})
