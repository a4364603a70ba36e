import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connectEngine } from '../src/engine/connect.ts'
import { localSocket } from '../src/engine/endpoint.ts'
import type { Engine } from '../src/engine/engine.ts'
import { silentProgress } from '../src/engine/progress.ts'
import { mailrig } from './run-command.ts'

// The image of mailrig itself, and a scenario that it runs on the engine that runs it.

let folder: string
let engine: Engine
let tag: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailrig-self-'))
  await mkdir(join(folder, 'mail'))
  await writeFile(join(folder, 'mail/greets.smtp'), '---\ntitle: greets\n---\nS: 220\nC: QUIT\nS: 221\n')
  // Whoever mailrig is in there, he writes here.
  await chmod(folder, 0o777)
  engine = await connectEngine({ provision: false, progress: silentProgress })
  const built = await mailrig('build', '--self', '--quiet')
  expect(built.code, built.stderr).toBe(0)
  tag = built.stdout.trim()
})
afterAll(async () => {
  // What the user of the image has written, and only he may remove.
  const left = ['/work', '-mindepth', '1', '-user', 'mailrig', '-delete']
  const options = { Entrypoint: ['find'], HostConfig: { AutoRemove: true, Binds: [`${folder}:/work`] } }
  await engine.docker.run(tag, left, new PassThrough().resume(), options)
  await rm(folder, { recursive: true })
})

/** As docs/how-to/many-machines.md has it. */
async function inside(...command: string[]): Promise<{ code: number; output: string }> {
  const socket = localSocket(engine.endpoint) ?? ''
  const output = new PassThrough()
  const said = text(output)
  const [{ StatusCode: code }] = (await engine.docker.run(tag, command, output, {
    Hostname: 'shard',
    HostConfig: {
      AutoRemove: true,
      NetworkMode: 'host',
      GroupAdd: [String((await stat(socket)).gid)],
      Binds: [`${socket}:/var/run/docker.sock`, `${folder}:/work`],
    },
    Tty: true,
  })) as [{ StatusCode: number }]
  output.end()
  return { code, output: await said }
}

it('is named by what is in it', async () => {
  expect(tag).toMatch(/^mailrig\/mailrig:trixie-[0-9a-f]{12}$/)
  expect((await mailrig('build', '--self', '--quiet')).stdout.trim()).toBe(tag)
})

it('runs a shard on the engine it is given, and is not root', async () => {
  const { Config } = await engine.docker.getImage(tag).inspect()
  expect(Config.User).toBe('mailrig')
  const run = ['run', '--mta', 'postfix', '--release', 'trixie', '--shard', '1/1', '--report', 'out', 'mail']
  const { code, output } = await inside(...run)
  expect(code, output).toBe(0)
  const junit = await readFile(join(folder, 'out/junit.xml'), 'utf8')
  expect(junit).toContain('<testsuite name="postfix-trixie mail/greets.smtp" tests="1" failures="0" errors="0"')
  expect((await stat(join(folder, 'out/run.json'))).uid, 'as the image says').toBe(1000)
})

it('says that there is no engine where none is given', async () => {
  const output = new PassThrough()
  const said = text(output)
  const options = { HostConfig: { AutoRemove: true }, Tty: true }
  const [{ StatusCode: code }] = (await engine.docker.run(tag, ['doctor'], output, options)) as [{ StatusCode: number }]
  output.end()
  expect([code, await said]).toEqual([3, expect.stringContaining('engine')])
})
