import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RIG_NAMES } from '../src/dns/zone.ts'
import { connectEngine } from '../src/engine/connect.ts'
import { imageTag } from '../src/engine/images.ts'
import { LABEL, labelsOf } from '../src/engine/labels.ts'
import { silentProgress } from '../src/engine/progress.ts'
import { greetingsOf } from '../src/engine/readiness.ts'
import { type ImapSession, openImapSession } from '../src/mailbox/imap-session.ts'
import { layOut } from '../src/rig/addresses.ts'
import { type OpenRun, openRun } from '../src/rig/open-run.ts'
import type { Rig } from '../src/rig/rig.ts'
import { startRig } from '../src/rig/start-rig.ts'
import type { Exec } from '../src/servers/operation.ts'
import { mtaNamed, DEFAULT_STORE as store } from '../src/servers/registry.ts'
import { DEFAULT_RELEASES, type Release } from '../src/servers/release.ts'
import { STORE_PORTS } from '../src/servers/store-ports.ts'
import type { TopologyInput } from '../src/topology/schema.ts'
import { parseTopology } from '../src/topology/topology.ts'

const engine = await connectEngine({ provision: false, progress: silentProgress })
let run: OpenRun
beforeAll(async () => {
  run = await openRun(engine)
})
afterAll(() => run.close())

const KEEP = 'require "fileinto";\nfileinto "Kept";\n'

function mailboxes(of: Record<string, object>): TopologyInput {
  return { domains: { 'example.com': { mailboxes: of } } }
}

/** Runs `use` with a rig, and ends that. */
async function withRig<T>(topology: TopologyInput, release: Release, use: (rig: Rig) => Promise<T>): Promise<T> {
  const rig = await startRig({ topology: parseTopology(topology), mta: mtaNamed('postfix'), release, world: run.world })
  try {
    return await use(rig)
  } finally {
    await rig.stop()
  }
}

/** The process of Dovecot's master, by id and start. Asked without the rig, which gives up a server after a command. */
async function masterOf(rig: Rig): Promise<string> {
  return (await inside(rig, ['sh', '-c', 'cut -d" " -f1,22 "/proc/$(cat /run/dovecot/master.pid)/stat"'])).trim()
}

async function inside(rig: Rig, command: string[]): Promise<string> {
  const [found] = await engine.docker
    .listContainers({ filters: { label: [`${LABEL.run}=${run.run.id}`] } })
    .then((all) => all.filter(({ Image }) => Image.includes(`dovecot:${rig.store.release}`)))
  if (!found) throw new Error('the store has a container')
  const exec = await engine.docker
    .getContainer(found.Id)
    .exec({ Cmd: command, AttachStdout: true, AttachStderr: true, Tty: true })
  const stream = await exec.start({ Tty: true })
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

const login = async (rig: Rig, user: string, password: string) => {
  await using session = await rig.mailbox(user, { password }).imapSession()
  return (await session.login({ user, password })).status
}

/** Every path that a mail store keeps something in, and what the users file says. */
const listing = async (exec: Exec) =>
  (
    await exec([
      'sh',
      '-c',
      'find /var/vmail /etc/dovecot /etc/mailrig /tmp /var/lib/dovecot -printf "%p %y %m %U:%G\\n" | sort; cat /etc/dovecot/users',
    ])
  ).stdout.replaceAll(/\b\d{5,}\b/g, '…')

describe.each(DEFAULT_RELEASES)('the store of a rig, on %s', (release) => {
  const first = mailboxes({ jim: { password: 'one', sieve: KEEP }, petra: { quota: { messages: 1 } } })
  // As long as the first one's users, to the octet.
  const second = mailboxes({ jim: { password: 'two' }, gerda: { quota: { messages: 1 } } })

  it('goes on for the next rig with its users and without the mail of the last', async () => {
    const before = await withRig(first, release, async (rig) => {
      const message = await rig.send({ to: 'jim@example.com' })
      await rig.mailbox('jim').waitFor(message, { folder: 'Kept' })
      expect(await login(rig, 'jim@example.com', 'one')).toBe('OK')
      return masterOf(rig)
    })
    // The users were looked up just now, and Dovecot looks once a second whether their file is another.
    await withRig(second, release, async (rig) => {
      expect(rig.store.log.lines, 'of the rig before').toEqual([])
      expect(await login(rig, 'jim@example.com', 'one')).toBe('NO')
      expect(await login(rig, 'jim@example.com', 'two')).toBe('OK')
      expect(await login(rig, 'petra@example.com', 'secret')).toBe('NO')
      expect(await rig.store.folders('jim@example.com')).toEqual(['INBOX'])
      const message = await rig.send({ to: 'jim@example.com' })
      await rig.mailbox('jim').waitFor(message)
      expect(await rig.mailbox('jim').list()).toHaveLength(1)
      expect(await rig.store.quota('gerda@example.com')).toContainEqual({ type: 'MESSAGE', used: 0, limit: 1 })
      expect(await masterOf(rig)).toBe(before)
    })
  })

  it('is the same as one that was booted', async () => {
    const gone = await withRig(first, release, async (rig) => {
      await rig.mailbox('jim').waitFor(await rig.send({ to: 'jim@example.com' }), { folder: 'Kept' })
      return masterOf(rig)
    })
    const goesOn = await withRig(second, release, async (rig) => {
      expect(await masterOf(rig)).toBe(gone)
      return listing(rig.store.exec)
    })
    const booted = await withRig(second, release, async (rig) => {
      expect(await masterOf(rig), 'after a command').not.toBe(gone)
      return listing(rig.store.exec)
    })
    expect(goesOn).toEqual(booted)
  })

  it('is booted anew where the next rig has another configuration, or somebody has changed a file', async () => {
    const plain = await withRig(first, release, masterOf)
    const other = await withRig({ ...first, store: { tls: 'required' } }, release, masterOf)
    expect(other).not.toBe(plain)
    const changed = await withRig(first, release, async (rig) => {
      await inside(rig, ['sh', '-c', 'echo "# more" >> /etc/dovecot/dovecot.conf'])
      return masterOf(rig)
    })
    await withRig(first, release, async (rig) => {
      expect(await masterOf(rig)).not.toBe(changed)
      expect(await inside(rig, ['cat', '/etc/dovecot/dovecot.conf'])).not.toContain('# more')
    })
  })

  it('is booted anew where a session is still open', async () => {
    const session = await withRig(first, release, async (rig) => {
      const open = await rig.store.lmtp()
      await open.command('LHLO client.example')
      return { open, master: await masterOf(rig) }
    })
    await withRig(first, release, async (rig) => expect(await masterOf(rig)).not.toBe(session.master))
    session.open.destroy()
  })

  it('knows the next users at once, though Dovecot looks for another file once a second', async () => {
    // Without an MTA, whose boot takes longer than that second, it may be. Before the third there are two such moments.
    for (const password of ['abc', 'def', 'ghi']) {
      await withStore(mailboxes({ jim: { password } }), release, async (session) => {
        await using open = await session()
        const { status, text } = await open.login({ user: 'jim@example.com', password })
        expect({ password, status }, text).toEqual({ password, status: 'OK' })
      })
    }
  })
})

/** A host number, which nobody has. */
const NO_MTA = 200

/** The store of a topology, booted by itself. */
async function withStore(
  input: TopologyInput,
  release: Release,
  use: (session: () => Promise<ImapSession>) => Promise<void>,
): Promise<void> {
  const { world } = run
  const topology = parseTopology(input)
  const image = await imageTag(store.name, release)
  const seat = world.machines.take({ image, hostname: RIG_NAMES.store, internet: false })
  const addresses = await layOut(world, topology, { mta: NO_MTA, store: seat.number, database: undefined })
  const tls = await world.certificates.of(RIG_NAMES.store)
  const {
    files,
    environment = {},
    capabilities,
    greetings,
    renewal,
  } = store.render({ topology, release, addresses, tls })
  const container = await seat.boot({
    image,
    name: `mailrig-${world.run.id}-${seat.number}-alone`,
    hostname: RIG_NAMES.store,
    addresses: { lan: addresses.store ?? '' },
    files,
    environment,
    capabilities,
    readiness: greetingsOf(greetings),
    ...(renewal ? { renewal } : {}),
    labels: labelsOf(world.run),
    publish: Object.values(STORE_PORTS),
  })
  try {
    await use(() => openImapSession(container.endpoint(STORE_PORTS.imap)))
  } finally {
    await container.stop()
  }
}
