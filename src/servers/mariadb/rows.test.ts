import { expect, it } from 'vitest'
import { parseTopology } from '../../topology/topology.ts'
import { mariadbRows } from './rows.ts'

it('writes quotation marks and backslashes so that they stay what they are', () => {
  const topology = parseTopology({
    accounts: 'mariadb',
    domains: { 'example.com': { mailboxes: { Jim: { password: "it's \\ a secret" } }, aliases: { "o'brien": 'Jim' } } },
  })
  expect(mariadbRows(topology)).toMatchInlineSnapshot(`
    "INSERT INTO domains (name, kind, catch_all) VALUES
      ('example.com', 'mailbox', NULL);
    INSERT INTO mailboxes (local_part, domain, password, quota_storage, quota_messages, quota_full) VALUES
      ('jim', 'example.com', 'it\\'s \\\\ a secret', NULL, NULL, 'refuse');
    INSERT INTO aliases (local_part, domain, destination) VALUES
      ('o\\'brien', 'example.com', 'Jim@example.com');
    "
  `)
})
