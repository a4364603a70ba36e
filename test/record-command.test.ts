import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connectEngine } from '../src/engine/connect.ts'
import { ensureImages, imageTag } from '../src/engine/images.ts'
import { silentProgress } from '../src/engine/progress.ts'
import type { TopologyInput } from '../src/topology/schema.ts'
import { MAILRIG, mailrig, start } from './run-command.ts'

const CLIENTS = { server: 'clients', release: 'bookworm' }
const RIG = 'recorded'
const TOPOLOGY: TopologyInput = {
  domains: { 'example.com': { mailboxes: { jim: { password: 'correct horse' }, petra: {} } } },
}

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailrig-'))
  await ensureImages(await connectEngine({ provision: false, progress: silentProgress }), [CLIENTS], silentProgress)
})
afterAll(() => rm(folder, { recursive: true }))

it('records what swaks says to a kept rig, as a file that plays back green', async () => {
  const [topology, output] = [join(folder, 'topology.json'), join(folder, 'recorded.smtp')]
  await writeFile(topology, JSON.stringify(TOPOLOGY))
  try {
    const up = await mailrig('up', topology, '--mta', 'exim', '--release', 'trixie', '--name', RIG)
    expect(up.code, up.stderr).toBe(0)
    const recording = start(process.execPath, [
      ...[MAILRIG, 'record', '--rig', RIG, '--service', 'submission', '--listen', '127.0.0.1:0', '-o', output],
    ])
    const port = await recording.heard(/recording on 127\.0\.0\.1:(\d+);/)
    const login = ['--auth', 'LOGIN', '--auth-user', 'jim@example.com', '--from', 'jim@example.com']
    const sent = await swaks(port, '--tls', ...login, '--auth-password', 'correct horse', '--to', 'petra@example.com')
    expect(sent, sent.output).toMatchObject({ exitCode: 0 })
    const refused = await swaks(port, ...login, '--auth-password', 'battery staple', '--to', 'petra@example.com')
    // swaks: 28, no type of authentication succeeded.
    expect(refused, refused.output).toMatchObject({ exitCode: 28 })
    recording.child.kill('SIGINT')
    expect(await recording.outcome).toMatchObject({ code: 0, stderr: expect.stringContaining('2 connections') })
  } finally {
    const down = await mailrig('down', RIG)
    expect(down.code, down.stderr).toBe(0)
  }

  const file = await readFile(output, 'utf8')
  expect(file).toMatch(/^---\ntitle: recorded from exim 4\.\S+ \(trixie\)\n/)
  expect(file).toContain('\ntls(c1)\n')
  expect(file).toContain('\nauth(c1) login "jim@example.com" "correct horse"\n')
  expect(file).toContain('\nauth(c2) login "jim@example.com" "***"\nS(c2): 535')
  expect(file).not.toContain('battery')

  const played = await mailrig('play', '--mta', 'exim', '--release', 'trixie', '--json', output)
  expect(played.code, played.stdout).toBe(0)
  expect(JSON.parse(played.stdout)).toMatchObject([{ verdict: 'pass' }])
})

it.each([
  [['--rig', 'none'], 'there is no rig named "none"'],
  [['--to', 'localhost'], '--to "localhost" is not a host and port'],
  [['--to', 'localhost:25', '--rig', 'none'], 'name different servers, and several were given'],
  [['--to', 'localhost:25', '-o', join(tmpdir(), 'no', 'such', 'folder', 'x.smtp')], 'cannot be written'],
])('ends with 2 for %j, and records nothing', async (args, message) => {
  const { code, stderr } = await mailrig('record', '-o', join(folder, 'unwritten.smtp'), ...args)
  expect(stderr).toContain(message)
  expect(code).toBe(2)
})

/** swaks from Debian's package (docker/clients), on this host's network. */
async function swaks(port: string, ...options: string[]): Promise<{ exitCode: number; output: string }> {
  const { docker } = await connectEngine({ provision: false, progress: silentProgress })
  const container = await docker.createContainer({
    Image: await imageTag(CLIENTS.server, CLIENTS.release),
    Cmd: ['swaks', '--server', '127.0.0.1', '--port', port, ...options],
    HostConfig: { NetworkMode: 'host' },
    Tty: true,
  })
  try {
    const stream = await container.attach({ stream: true, stdout: true, stderr: true })
    await container.start()
    const [output, { StatusCode }] = await Promise.all([text(stream), container.wait()])
    return { exitCode: StatusCode, output }
  } finally {
    await container.remove({ force: true })
  }
}
