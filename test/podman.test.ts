import { afterAll, beforeAll, expect, it } from 'vitest'
import { connectEngine } from '../src/engine/connect.ts'
import { ensureImages, type ImageName, imageTag } from '../src/engine/images.ts'
import { silentProgress } from '../src/engine/progress.ts'
import { patience } from '../src/metrics/patience.ts'
import { type PodmanService, startPodman, withoutPodman } from './podman-service.ts'
import { MAILRIG, start, startScenariosIn } from './run-command.ts'

// Nothing is built by Podman: the images are there already, in the engine that all tests use.
const engine = await connectEngine({ provision: false, progress: silentProgress })
const reason = engine.name === 'docker' ? withoutPodman() : 'the images come from Docker, which is not the engine here'

const IMAGES: ImageName[] = ['postfix', 'dovecot', 'postgres'].map((server) => ({ server, release: 'bookworm' }))

let service: PodmanService
let refused: string | undefined
beforeAll(async () => {
  if (reason !== undefined) return
  await ensureImages(engine, IMAGES, silentProgress)
  service = await startPodman()
  await service.take(engine.docker, await Promise.all(IMAGES.map(({ server, release }) => imageTag(server, release))))
  const { stdout } = await command('doctor', '--json')
  const { engine: found, checks } = JSON.parse(stdout)
  expect(found).toMatchObject({ name: 'podman', endpoint: service.url, reach: 'exposed' })
  const starts = checks.find(({ name }: { name: string }) => name === 'start')
  // What this host does not let Podman do is no fault of mailrig's; the doctor has to have said what helps.
  if (starts.state !== 'ok') refused = `Podman starts no container here: ${starts.found} ${starts.remedy}`
}, patience(180_000))
afterAll(() => service?.stop(), patience(60_000))

const command = (...args: string[]) =>
  start(process.execPath, [MAILRIG, ...args], { env: { DOCKER_HOST: service.url } }).outcome

it('plays the showcase', { timeout: patience(120_000) }, async ({ skip }) => {
  skip(reason !== undefined || refused !== undefined, reason ?? refused)
  const { code, stdout, stderr } = await command('showcase')
  expect(code, stdout + stderr).toBe(0)
  expect(stdout).toContain('handed over from <jim@example.com> to <someone@elsewhere.example>')
})

it('runs scenarios, with clients that come from either side', { timeout: patience(120_000) }, async ({ skip }) => {
  skip(reason !== undefined || refused !== undefined, reason ?? refused)
  const env = { DOCKER_HOST: service.url }
  const { code, stdout, stderr } = await startScenariosIn(env, 'test/fixtures/exposed-reach.scenario.ts').outcome
  expect(code, stdout + stderr).toBe(0)
  expect(stdout).toMatch(/Tests.* 5 passed \(5\)/)
})
