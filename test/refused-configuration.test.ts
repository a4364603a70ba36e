import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { TopologyInput } from '../src/topology/schema.ts'
import { mailrig } from './run-command.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailrig-'))
})
afterAll(() => rm(folder, { recursive: true }))

const MAILBOX = { domains: { 'example.com': { mailboxes: ['jim'] } } }

it.each<[string, TopologyInput, RegExp]>([
  ['main.cf', { native: { postfix: { 'main.cf': { inet_protocols: 'ipv5' } } } }, /ipv5/],
  [
    'master.cf',
    { native: { postfix: { 'master.cf': ['nonsense'] } } },
    /postconf: fatal: .*master\.cf: line \d+: bad field count/,
  ],
  [
    'dovecot.conf',
    { domains: { 'example.com': { mailboxes: ['jim'] } }, native: { dovecot: { conf: ['no_such_setting = yes'] } } },
    /Unknown setting: no_such_setting/,
  ],
  [
    'Sieve script',
    {
      domains: { 'example.com': { mailboxes: { jim: { sieve: 'keep;\nfileinto "Lists";\n' } } } },
    },
    /The Sieve script of example\.com\/jim does not compile:\n.*topology: line 2: error: .*fileinto/,
  ],
  [
    'relay restrictions, with each connection',
    { native: { postfix: { 'main.cf': { smtpd_relay_restrictions: 'permit' } } } },
    /smtpd\[\d+\]: fatal: in parameter smtpd_relay_restrictions/,
  ],
  [
    'authentication mechanism, with each connection',
    { ...MAILBOX, native: { dovecot: { conf: ['auth_mechanisms = nonsense'] } } },
    /auth: Fatal: Unknown authentication mechanism 'NONSENSE'/,
  ],
])('up ends with 2 and the log of the daemon that refuses its %s', async (file, topology, line) => {
  const path = join(folder, `${file}.json`)
  await writeFile(path, JSON.stringify(topology))
  const { code, stdout, stderr } = await mailrig('up', path, '--name', 'refused', '--json')
  expect(stderr).toMatch(line)
  expect(stderr).toContain('to do Correct what the log names')
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  const down = await mailrig('down', 'refused')
  expect(down.stderr, 'nothing is kept').toContain('no rig named "refused" is up')
})

it.each<[string, TopologyInput, RegExp]>([
  ['exim', { native: { exim: { main: ['local_interfaces = 192.0.2.1'] } } }, /socket bind\(\) to port 25 .* failed/],
  ['exim', { native: { exim: { main: ['smtp_banner = $nonsense'] } } }, /Expansion of .* failed/],
  ['exim', { native: { exim: { main: ['acl_smtp_connect = nonsense'] } } }, /"connect" ACL: unknown ACL verb/],
  ['exim', { native: { exim: { main: ['nonsense = 1'] } } }, /main option "nonsense" unknown/],
  [
    'sendmail',
    { native: { sendmail: { mc: ["DAEMON_OPTIONS(`Family=inet, Name=X, Addr=192.0.2.1, Port=26')dnl"] } } },
    /daemon X: cannot bind/,
  ],
  ['sendmail', { native: { sendmail: { mc: ['nonsense('] } } }, /unknown configuration line "nonsense\("/],
])('up ends with 2 and what %s says, while it goes on: %j', async (mta, topology, line) => {
  const path = join(folder, 'refused.json')
  await writeFile(path, JSON.stringify(topology))
  const { code, stdout, stderr } = await mailrig('up', path, '--name', 'refused', '--mta', mta, '--json')
  expect(stderr).toMatch(line)
  expect(stderr).toContain('to do Correct what the log names')
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
})
