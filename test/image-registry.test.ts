import { once } from 'node:events'
import { createConnection } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import type Dockerode from 'dockerode'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { baseTag, isPresent } from '../src/engine/base-image.ts'
import { buildImage } from '../src/engine/build-image.ts'
import { connectEngine } from '../src/engine/connect.ts'
import type { Engine } from '../src/engine/engine.ts'
import { labelsOf } from '../src/engine/labels.ts'
import { silentProgress } from '../src/engine/progress.ts'
import { pullImages, pushImages } from '../src/engine/registry-images.ts'
import { patience } from '../src/metrics/patience.ts'
import { type OpenRun, openRun } from '../src/rig/open-run.ts'
import { mailrig } from './run-command.ts'

/** Debian's registry, which lets one user in; his password is `never-shown`, by bcrypt as it wants it. */
const DOCKERFILE = `ARG BASE
FROM \${BASE}
RUN export DEBIAN_FRONTEND=noninteractive \\
 && { apt-get install -y --no-install-recommends docker-registry || { apt-get update && apt-get install -y --no-install-recommends docker-registry; }; } \\
 && apt-get clean && rm -rf /var/lib/apt/lists/*
COPY users /users
ENV REGISTRY_AUTH=htpasswd REGISTRY_AUTH_HTPASSWD_REALM=test REGISTRY_AUTH_HTPASSWD_PATH=/users \\
    REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY=/tmp/registry OTEL_TRACES_EXPORTER=none
ENTRYPOINT ["docker-registry", "serve", "/etc/docker/registry/config.yml"]
`
const USERS = 'builder:$2y$05$abcdefghijklmnopqrstuulRhBIvczuQ2nWjiO97d24qiBPrVrDzq\n'
const REGISTRY_IMAGE = 'mailrig/test-registry:1'
const TAG = `mailrig/test-pushed:${process.pid}`

let engine: Engine
let run: OpenRun
let registry: Dockerode.Container
let place: string

beforeAll(async () => {
  engine = await connectEngine({ provision: false, progress: silentProgress })
  const build = (tag: string, dockerfile: string, name: string, content: string) =>
    buildImage(
      engine,
      {
        tag,
        context: [
          { path: 'Dockerfile', content: dockerfile, mode: 0o644 },
          { path: name, content, mode: 0o644 },
        ],
        buildArguments: { BASE: baseTag('bookworm') },
        labels: {},
      },
      silentProgress.step(''),
    )
  await build(REGISTRY_IMAGE, DOCKERFILE, 'users', USERS)
  await build(TAG, 'ARG BASE\nFROM $BASE\nCOPY a /a\n', 'a', TAG)
  run = await openRun(engine)
  registry = await engine.docker.createContainer({
    Image: REGISTRY_IMAGE,
    Labels: labelsOf(run.run),
    ExposedPorts: { '5000/tcp': {} },
    HostConfig: { PortBindings: { '5000/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] } },
  })
  await registry.start()
  const { NetworkSettings } = await registry.inspect()
  const port = NetworkSettings.Ports['5000/tcp']?.[0]?.HostPort ?? expect.unreachable('the port is published')
  place = `127.0.0.1:${port}/mail`
  await answers(Number(port))
})
afterAll(async () => {
  await registry?.remove({ force: true, v: true })
  await run?.close()
  for (const tag of [TAG, REGISTRY_IMAGE]) await engine.docker.getImage(tag).remove({ force: true })
})
afterEach(() => void vi.unstubAllEnvs())

/** The engine's proxy takes connections before the registry does, and closes them. */
async function answers(port: number): Promise<void> {
  for (const end = performance.now() + patience(30_000); performance.now() < end; await setTimeout(20)) {
    const socket = createConnection({ host: '127.0.0.1', port })
    socket.on('error', () => undefined)
    socket.write('GET / HTTP/1.0\r\n\r\n')
    const octets = await Promise.race([once(socket, 'data'), once(socket, 'close')]).catch(() => undefined)
    socket.destroy()
    if (octets?.[0] instanceof Buffer) return
  }
  expect.unreachable('the registry did not answer')
}

function asBuilder(password = 'never-shown') {
  vi.stubEnv('MAILRIG_REGISTRY_USER', 'builder')
  vi.stubEnv('MAILRIG_REGISTRY_PASSWORD', password)
}

it('gives images to a registry, and another engine gets them from it', async () => {
  asBuilder()
  await pushImages(engine, [TAG], place, silentProgress)
  const names = (await engine.docker.listImages()).flatMap(({ RepoTags }) => RepoTags ?? [])
  expect(
    names.filter((name) => name.startsWith('127.0.0.1')),
    'no name is left behind',
  ).toEqual([])
  await engine.docker.getImage(TAG).remove({ force: true })
  await pullImages(engine, [TAG, 'mailrig/test-nowhere:1'], place, silentProgress)
  expect(await isPresent(engine, TAG)).toBe(true)
  expect(await isPresent(engine, 'mailrig/test-nowhere:1')).toBe(false)
})

it('says so where a registry does not let somebody in, and shows no password', async () => {
  asBuilder('a-wrong-one')
  const error = await pushImages(engine, [TAG], place, silentProgress).catch((cause: Error) => cause)
  expect(error).toMatchObject({ code: 'IMAGE_REGISTRY', exitCode: 3 })
  expect(`${error}`).toMatch(/unauthorized|authentication/i)
  expect(`${error}`).not.toContain('a-wrong-one')
  vi.unstubAllEnvs()
  await expect(pullImages(engine, ['mailrig/test-nowhere:1'], place, silentProgress)).rejects.toMatchObject({
    code: 'IMAGE_REGISTRY',
  })
  const anonymous = await pushImages(engine, [TAG], place, silentProgress).catch((cause: Error) => cause)
  expect(`${anonymous}`, 'the registry was asked').toMatch(/unauthorized|authentication|basic auth/i)
})

it('refuses what is not the address of a registry before it does anything', async () => {
  const result = await mailrig('build', '--push', 'https://registry.example')
  expect(result).toMatchObject({ code: 2, stdout: '' })
  expect(result.stderr).toContain('"https://registry.example" is not the address of a registry')
})
