import type Dockerode from 'dockerode'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectEngine } from '../src/engine/connect.ts'
import { engineExec } from '../src/engine/engine-exec.ts'
import { silentProgress } from '../src/engine/progress.ts'
import { cutOff } from '../src/faults/cut-off.ts'
import { limit } from '../src/faults/limit.ts'
import { slowLine } from '../src/faults/slow-line.ts'
import { type OpenRun, openRun } from '../src/rig/open-run.ts'
import type { Rig } from '../src/rig/rig.ts'
import { startRig } from '../src/rig/start-rig.ts'
import type { Exec } from '../src/servers/operation.ts'
import { MTA_NAMES, mtaNamed } from '../src/servers/registry.ts'
import { DEFAULT_RELEASES, type Release } from '../src/servers/release.ts'
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

const start = (mta: string, release: Release = 'bookworm') =>
  startRig({ topology, mta: mtaNamed(mta), release, world: run.world })

/** What only the kernel gives a container, and a new one with every process 1. */
async function containerOf(exec: Exec): Promise<string> {
  return (await exec(['sh', '-c', 'readlink /proc/self/ns/mnt; cut -d" " -f22 /proc/1/stat'])).stdout
}

/** The same container, as the engine has it. */
async function engineContainer(identity: string): Promise<Dockerode.Container> {
  const { docker } = run.engine
  const running = await docker.listContainers({ filters: { label: [`org.mailrig.run=${run.run.id}`] } })
  for (const { Id } of running) {
    const container = docker.getContainer(Id)
    const { stdout } = await engineExec(container, Id)(['readlink', '/proc/self/ns/mnt'])
    if (identity.startsWith(stdout)) return container
  }
  throw new Error(`no container of the run has the name space ${identity}`)
}

/** Every path a server might have changed, with type, mode, owner; of files in /etc the checksum as well. */
async function listing(exec: Exec): Promise<string[]> {
  const roots = '/usr/local /etc /home /root /srv /opt /tmp /run /var'
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
  'mkdir -p /etc/new/deep /home/eve /var/mail/dir; echo x > /usr/local/bin/new',
  'echo x > /etc/new/deep/file; echo x > /tmp/file; echo x > /var/mail/petra',
  'chmod 600 /etc/group; chown 33:33 /etc/services; chmod 700 /var/mail',
  // As long as before, with the times of before.
  'touch -r /etc/fstab /tmp/times; tr a-z b-za < /etc/fstab > /tmp/fstab; cat /tmp/fstab > /etc/fstab; touch -r /tmp/times /etc/fstab',
  'ln -sf /tmp /etc/localtime; rm -f /etc/hostname || true',
  'echo "9.9.9.9 example.com" >> /etc/hosts; echo "nameserver 9.9.9.9" > /etc/resolv.conf',
  '(sleep 1000 >/dev/null 2>&1 &)',
].join('\n')

describe.each(MTA_NAMES)('the container of %s', (mta) => {
  const rigs: Rig[] = []
  afterAll(() => Promise.all(rigs.map((rig) => rig.stop())))
  const booted = async (release?: Release) => {
    const rig = await start(mta, release)
    rigs.push(rig)
    return rig
  }

  it.each(DEFAULT_RELEASES)('serves the next rig as if nothing had been before, on %s', async (release) => {
    const first = await booted(release)
    const container = await containerOf(first.mta.exec)
    const store = await containerOf(first.store.exec)
    const before = await listing(first.mta.exec)
    const storeBefore = await listing(first.store.exec)
    const message = await first.send({ to: 'jim@example.com' })
    await first.mailbox('jim').waitFor(message)
    await first.mta.run(['sh', '-c', MESS])
    expect(await listing(first.mta.exec), 'the mess is seen').not.toEqual(before)
    await first.stop()

    const second = await booted(release)
    expect(await containerOf(second.mta.exec)).toBe(container)
    expect(await containerOf(second.store.exec)).toBe(store)
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
    await first.mta.run(['touch', '/usr/bin/env'])
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

it('gives a container up when a directory of the image was moved', async () => {
  const first = await start('exim')
  const container = await containerOf(first.mta.exec)
  await first.mta.run(['mv', '/etc/skel', '/etc/other'])
  await first.stop()
  const second = await start('exim')
  expect(await containerOf(second.mta.exec)).not.toBe(container)
  await second.stop()
})

it('gives a container up when more was changed at once than can be told', async () => {
  const first = await start('exim')
  const identity = await containerOf(first.mta.exec)
  const container = await engineContainer(identity)
  // Process 1, which reads what the kernel tells, stands still meanwhile: else it may keep up on a busy machine.
  await container.kill({ signal: 'SIGSTOP' })
  // The kernel keeps 16 384 events (inotify(7), max_queued_events).
  const change = `chmod 0600 + $_ % 2, "/etc/issue", "/etc/shells" for 1 .. 20_000`
  await engineExec(container, 'the server')(['perl', '-e', change])
  await container.kill({ signal: 'SIGCONT' })
  await first.stop()
  const second = await start('exim')
  expect(await containerOf(second.mta.exec)).not.toBe(identity)
  await second.stop()
})

it('gives a container on with its cables in and its memory back, which nobody else has put back', async () => {
  const first = await start('postfix')
  const identity = await containerOf(first.mta.exec)
  await cutOff(first, { side: 'internet' })
  await slowLine(first, { side: 'lan', bytesPerSecond: 100_000 })
  await limit(first, { mebibytes: 256 })
  await first.stop()
  const second = await start('postfix')
  expect(await containerOf(second.mta.exec)).toBe(identity)
  const session = await second.session({ side: 'internet' })
  await session.quit()
  const { HostConfig } = await (await engineContainer(identity)).inspect()
  expect(HostConfig.Memory ?? 0).not.toBe(256 * 1024 * 1024)
  // One cable has one slow line at a time.
  await slowLine(second, { side: 'lan', bytesPerSecond: 100_000 })
  await second.stop()
})
