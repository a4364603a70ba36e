import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectEngine } from '../src/engine/connect.ts'
import { silentProgress } from '../src/engine/progress.ts'
import { type OpenRun, openRun } from '../src/rig/open-run.ts'
import type { Rig } from '../src/rig/rig.ts'
import { startRig } from '../src/rig/start-rig.ts'
import type { Exec } from '../src/servers/contract.ts'
import { MTA_NAMES, mtaNamed } from '../src/servers/registry.ts'
import { parseTopology } from '../src/topology/topology.ts'

const topology = parseTopology({
  domains: { 'example.com': { mailboxes: ['jim'] } },
  local: { accounts: ['petra'] },
})

let run: OpenRun
beforeAll(async () => {
  run = await openRun(await connectEngine({ provision: false, progress: silentProgress }))
})
afterAll(() => run.close())

const start = (mta: string) => startRig({ topology, mta: mtaNamed(mta), release: 'bookworm', world: run.world })

/** What only the kernel gives a container, and a new one with every process 1. */
async function containerOf(exec: Exec): Promise<string> {
  return (await exec(['sh', '-c', 'readlink /proc/self/ns/mnt; cut -d" " -f22 /proc/1/stat'])).stdout
}

/** Every path a server might have changed, with type, mode, owner; of files in /etc the checksum as well. */
async function listing(exec: Exec): Promise<string[]> {
  const roots = '/etc /home /root /srv /opt /tmp /run /var'
  const leave = "'(' -path /var/cache -o -path /var/lib/dpkg -o -path /var/lib/apt ')' -prune"
  // Some of these are file systems of their own, in memory.
  const names = `find ${roots} ${leave} -o -printf '%p %y %m %U:%G %l\\n' | sort`
  const sums = 'find /etc -xdev -type f -exec sha256sum {} + | sort -k 2'
  const { stdout, exitCode } = await exec(['sh', '-c', `${names}; ${sums}`])
  expect(exitCode, 'of the listing').toBe(0)
  // Numbers of processes and the like differ, and so do files that hold the time they were compiled.
  const compiled = /^[0-9a-f]{64} .*(?:\.db|\/sendmail\.cf|\/sasldb2)$/
  const lines = stdout.split('\n').filter((line) => !compiled.test(line))
  return lines.map((line) => line.replace(/\b\d{2,}\b/g, '…'))
}

const MESS = [
  'echo "eve:x:666:666::/home/eve:/bin/sh" >> /etc/passwd',
  'rm /etc/shells /etc/issue',
  'mkdir -p /etc/new/deep /home/eve /var/mail/dir',
  'echo x > /etc/new/deep/file; echo x > /tmp/file; echo x > /var/mail/petra',
  'chmod 600 /etc/group; chown 33:33 /etc/services; chmod 700 /var/mail',
  'ln -sf /tmp /etc/localtime; rm -f /etc/hostname || true',
  'echo "9.9.9.9 example.com" >> /etc/hosts; echo "nameserver 9.9.9.9" > /etc/resolv.conf',
  '(sleep 1000 >/dev/null 2>&1 &)',
].join('\n')

describe.each(MTA_NAMES)('the container of %s', (mta) => {
  const rigs: Rig[] = []
  afterAll(() => Promise.all(rigs.map((rig) => rig.stop())))
  const booted = async () => {
    const rig = await start(mta)
    rigs.push(rig)
    return rig
  }

  it('serves the next rig as if nothing had been before', async () => {
    const first = await booted()
    const container = await containerOf(first.mta.exec)
    const before = await listing(first.mta.exec)
    const storeBefore = await listing(first.store.exec)
    const message = await first.send({ to: 'jim@example.com' })
    await first.mailbox('jim').waitFor(message)
    await first.mta.run(['sh', '-c', MESS])
    expect(await listing(first.mta.exec), 'the mess is seen').not.toEqual(before)
    await first.stop()

    const second = await booted()
    expect(await containerOf(second.mta.exec)).toBe(container)
    expect(await listing(second.mta.exec)).toEqual(before)
    expect(await listing(second.store.exec)).toEqual(storeBefore)
    expect(await second.mailbox('jim').list()).toEqual([])
    const { stdout } = await second.mta.exec(['sh', '-c', 'cat /proc/[0-9]*/cmdline | tr "\\0" " "'])
    expect(stdout, 'processes').not.toContain('sleep 1000')
    expect(
      second.mta.log.lines.map(({ text }) => text),
      'the log of the rig before',
    ).not.toEqual(expect.arrayContaining([expect.stringContaining(message.messageId)]))
    await second.stop()
  })

  it('is given up when a program in it was changed, or it was killed', async () => {
    const first = await booted()
    const container = await containerOf(first.mta.exec)
    await first.mta.run(['sh', '-c', 'echo x > /usr/bin/new'])
    await first.stop()
    const second = await booted()
    const another = await containerOf(second.mta.exec)
    expect(another).not.toBe(container)
    const [listed] = await run.engine.docker.listContainers({
      filters: { label: [`org.mailrig.run=${run.run.id}`], name: [mta] },
    })
    await run.engine.docker.getContainer(listed?.Id ?? '').kill()
    await second.stop()
    const third = await booted()
    expect([container, another]).not.toContain(await containerOf(third.mta.exec))
    await third.stop()
  })
})

it('lets a server of another kind join the network of one that has ended', async () => {
  const seen = []
  for (const name of [...MTA_NAMES, MTA_NAMES[0] ?? '']) {
    const rig = await start(name)
    const message = await rig.send({ to: 'jim@example.com' })
    await rig.mailbox('jim').waitFor(message)
    const { stdout: host } = await rig.mta.exec(['hostname'])
    seen.push({ container: await containerOf(rig.mta.exec), network: await networkOf(rig.mta.exec), host })
    await rig.stop()
  }
  expect(new Set(seen.map(({ network }) => network)).size, 'network namespaces').toBe(1)
  expect(new Set(seen.map(({ host }) => host)).size, 'host names').toBe(1)
  expect(new Set(seen.map(({ container }) => container)).size, 'containers').toBe(MTA_NAMES.length)
  expect(seen.at(-1)?.container, 'the first again').toBe(seen[0]?.container)
})

async function networkOf(exec: Exec): Promise<string> {
  return (await exec(['readlink', '/proc/self/ns/net'])).stdout
}

it('keeps the containers used last where not all may wait', async () => {
  const small = await openRun(run.engine, { recycle: 3 })
  try {
    const containers = []
    for (const name of [...MTA_NAMES, MTA_NAMES.at(-1) ?? '']) {
      const rig = await startRig({ topology, mta: mtaNamed(name), release: 'bookworm', world: small.world })
      containers.push({ mta: await containerOf(rig.mta.exec), store: await containerOf(rig.store.exec) })
      await rig.stop()
    }
    expect(containers.at(-1)).toEqual(containers.at(-2))
    const filters = { label: [`org.mailrig.run=${small.run.id}`] }
    expect(await small.engine.docker.listContainers({ all: true, filters })).toHaveLength(3)
  } finally {
    await small.close()
  }
})
