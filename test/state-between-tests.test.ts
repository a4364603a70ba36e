import { afterAll, beforeAll, expect, it } from 'vitest'
import { connectEngine } from '../src/engine/connect.ts'
import { silentProgress } from '../src/engine/progress.ts'
import { type OpenRun, openRun } from '../src/rig/open-run.ts'
import type { Rig } from '../src/rig/rig.ts'
import { startRig } from '../src/rig/start-rig.ts'
import { mtaNamed, releaseNamed } from '../src/servers/registry.ts'
import type { TopologyInput } from '../src/topology/schema.ts'
import { parseTopology } from '../src/topology/topology.ts'

/*
 * What docs/state-between-tests.md says is not kept. Each look is proven by a rig whose author, in the server's own words,
 * has it kept after all: the same look finds it there.
 */

let run: OpenRun
beforeAll(async () => {
  run = await openRun(await connectEngine({ provision: false, progress: silentProgress }))
})
afterAll(() => run.close())

/** A rig in which mail was delivered and put off, a recipient refused for a full mailbox, and a login failed. */
async function used(mta: string, release: string, more: TopologyInput): Promise<Rig> {
  const topology = parseTopology({
    domains: { 'example.com': { mailboxes: { jim: { quota: { messages: 1 } } } } },
    trustedNetworks: ['internet'],
    upstreams: ['upstream', 'dead'],
    routes: { 'dead.example': 'dead' },
    internet: ['elsewhere.example'],
    ...more,
  })
  const rig = await startRig({ topology, mta: mtaNamed(mta), release: releaseNamed(release), world: run.world })
  const { dead } = rig.upstreams
  dead?.down()
  const message = await rig.send({ from: 'jim@example.com', to: ['jim@example.com', 'marc@elsewhere.example'] })
  await rig.mailbox('jim').waitFor(message)
  await rig.upstream().next({ messageId: message.messageId })
  await rig.mta.queue.deferred(await rig.send({ from: 'jim@example.com', to: 'marc@dead.example' }))
  const session = await rig.session()
  await session.ehlo()
  await session.mailFrom('marc@client.example')
  await session.rcptTo('jim@example.com')
  await session.quit()
  const [jim] = rig.accounts
  const login = async (password = '') =>
    (await (await rig.mailbox('jim').imapSession()).login({ user: 'jim@example.com', password })).status
  expect([await login('wrong'), await login(jim?.password)]).toEqual(['NO', 'OK'])
  return rig
}

interface Look {
  mta: string
  /** What is looked for, as a shell command of which every line is one thing that is kept. */
  at: string
  where: 'mta' | 'store'
  /** More of the topology, for both rigs. */
  also?: TopologyInput
  /** Releases of which the server keeps none of it whatever it is told. Default: neither. */
  never?: readonly string[]
  /** The server's own words that have it kept. */
  native: TopologyInput['native']
  kept: RegExp
}

const LOOKS: [string, Look][] = [
  [
    'Postfix: counts of anvil(8)',
    {
      mta: 'postfix',
      where: 'mta',
      at: 'grep -hx anvil /proc/[0-9]*/comm',
      native: { postfix: { 'main.cf': { smtpd_client_message_rate_limit: '100' } } },
      kept: /^anvil$/m,
    },
  ],
  [
    'Postfix: addresses that verify(8) has tried',
    {
      mta: 'postfix',
      where: 'mta',
      at: 'ls /var/lib/postfix | grep verify_cache',
      native: { postfix: { 'main.cf': { smtpd_sender_restrictions: 'warn_if_reject reject_unverified_sender' } } },
      kept: /^verify_cache/m,
    },
  ],
  [
    'Postfix: TLS sessions of smtp(8)',
    {
      mta: 'postfix',
      where: 'mta',
      at: 'ls /var/lib/postfix | grep tls_sessions',
      native: { postfix: { 'main.cf': { smtp_tls_session_cache_database: 'btree:/var/lib/postfix/tls_sessions' } } },
      kept: /^tls_sessions/m,
    },
  ],
  [
    'Exim: callouts, rates, TLS sessions',
    {
      mta: 'exim',
      where: 'mta',
      at: 'ls /var/spool/exim4/db | grep -E "^(callout|ratelimit|tls|misc|seen)$"',
      native: {
        exim: { acl_rcpt: ['  warn verify = recipient/callout=10s,defer_ok', '  warn ratelimit = 0 / 1h / strict'] },
      },
      kept: /^callout\nratelimit$/m,
    },
  ],
  [
    'sendmail: the status of hosts',
    {
      mta: 'sendmail',
      where: 'mta',
      at: 'find /var/lib/sendmail -type f ! -name dead.letter',
      native: { sendmail: { mc: ["define(`confHOST_STATUS_DIRECTORY', `/var/lib/sendmail')dnl"] } },
      kept: /./,
    },
  ],
  [
    'Dovecot: a penalty for an address that failed to log in',
    {
      mta: 'postfix',
      where: 'store',
      never: ['trixie'],
      at: 'doveadm penalty | tail -n +2 | grep .',
      native: {
        dovecot: { conf: ['service anvil {', '  unix_listener anvil-auth-penalty {', '    mode = 0600', '  }', '}'] },
      },
      kept: /^198\.18\./m,
    },
  ],
  [
    'Dovecot: accounts and passwords',
    {
      mta: 'postfix',
      where: 'store',
      // Accounts in a file are in memory anyway.
      also: { accounts: 'postgresql' },
      at: 'doveadm auth cache flush | grep -v "^0 "',
      native: { dovecot: { conf: ['auth_cache_size = 1M'] } },
      kept: /^[1-9]\d* cache entries flushed/m,
    },
  ],
]

const RELEASES = ['bookworm', 'trixie']

it.each(LOOKS.flatMap(([what, look]) => RELEASES.map((release) => [what, release, look] as const)))(
  '%s: not kept, on %s',
  async (_what, release, { mta, at, where, native, kept, also, never }) => {
    const look = async (rig: Rig) => {
      const { stdout } = await (where === 'mta' ? rig.mta : rig.store).exec(['sh', '-c', at])
      await rig.stop()
      return stdout
    }
    const told = await look(await used(mta, release, { ...also, native }))
    if (never?.includes(release)) expect(told).toBe('')
    else expect(told, 'where it is kept').toMatch(kept)
    expect(await look(await used(mta, release, { ...also }))).toBe('')
  },
)
