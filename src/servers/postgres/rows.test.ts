import { expect, it } from 'vitest'
import { parseTopology } from '../../topology/topology.ts'
import { postgresRows } from './rows.ts'

it('has a row for each domain, mailbox and destination', () => {
  const topology = parseTopology({
    accounts: 'postgresql',
    domains: {
      'example.com': {
        mailboxes: { Jim: { password: "it's" }, petra: { quota: { storage: '1K', full: 'defer' } } },
        aliases: { team: ['petra', 'gerda@elsewhere.example'] },
        catchAll: 'petra',
      },
    },
    virtualAliasDomains: { 'example.net': { aliases: { info: 'petra@example.com' } } },
  })
  expect(postgresRows(topology)).toMatchInlineSnapshot(`
    "INSERT INTO domains (name, kind, catch_all) VALUES
      ('example.com', 'mailbox', 'petra@example.com'),
      ('example.net', 'alias', NULL);
    INSERT INTO mailboxes (local_part, domain, password, quota_storage, quota_messages, quota_full) VALUES
      ('jim', 'example.com', 'it''s', NULL, NULL, 'refuse'),
      ('petra', 'example.com', 'secret', 1024, NULL, 'defer');
    INSERT INTO aliases (local_part, domain, destination) VALUES
      ('team', 'example.com', 'petra@example.com'),
      ('team', 'example.com', 'gerda@elsewhere.example'),
      ('info', 'example.net', 'petra@example.com');
    "
  `)
})

it('is empty for a topology without accounts', () => {
  expect(postgresRows(parseTopology({ accounts: 'postgresql' }))).toBe('')
})
