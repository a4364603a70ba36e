import { missingBaseTools } from '../../engine/base-tools.ts'
import { connectEngine } from '../../engine/connect.ts'
import type { Engine } from '../../engine/engine.ts'
import { imageTag } from '../../engine/images.ts'
import { fateOf } from '../../engine/owner.ts'
import { silentProgress } from '../../engine/progress.ts'
import { tryContainer } from '../../engine/try-container.ts'
import { outColours as pc } from '../../errors/colours.ts'
import { EXIT, MailrigError } from '../../errors/mailrig-error.ts'
import { DEFAULT_STORE, MTA_NAMES } from '../../servers/registry.ts'
import { DEFAULT_RELEASES } from '../../servers/release.ts'
import { keptRigs } from '../kept-rigs.ts'
import { type Check, checkDirectories, lowestPort } from './doctor-host.ts'

interface Problem {
  problem: string
  remedy: string
  /** False: mailrig mends it by itself when it has to. */
  blocking: boolean
}

interface Diagnosis {
  node: string
  engine: { name: string; version: string; apiVersion: string; endpoint: string; reach: string } | null
  images: { server: string; release: string; tag: string; present: boolean }[]
  rigs: { name: string; alive: boolean }[]
  /** Everything else that was looked at, well or not. */
  checks: Check[]
  problems: Problem[]
}

export async function doctor(options: { json?: boolean }): Promise<void> {
  const diagnosis = await diagnose()
  process.stdout.write(options.json ? `${JSON.stringify(diagnosis, null, 2)}\n` : describe(diagnosis))
  if (diagnosis.problems.some(({ blocking }) => blocking)) process.exitCode = EXIT.engine
}

async function diagnose(): Promise<Diagnosis> {
  const problems: Problem[] = []
  const engine = await connectEngine({ provision: false, progress: silentProgress }).catch((error: unknown) => {
    if (!(error instanceof MailrigError)) throw error
    problems.push({ problem: firstLine(error.message), remedy: error.remedy ?? '', blocking: true })
    return undefined
  })
  const servers = DEFAULT_RELEASES.flatMap((release) =>
    [...MTA_NAMES, DEFAULT_STORE.name].map((server) => ({ server, release })),
  )
  const images = await Promise.all(
    servers.map(async ({ server, release }) => {
      const tag = await imageTag(server, release)
      return { server, release, tag, present: engine !== undefined && (await isPresent(engine, tag)) }
    }),
  )
  const missing = images.filter(({ present }) => !present).length
  // Without an engine nobody knows what it has.
  if (engine && missing > 0) {
    problems.push({
      problem: `${missing} of ${images.length} images are not built yet`,
      remedy: 'Run `mailrig build`. Every command that needs an image builds it, too.',
      blocking: false,
    })
  }
  const checks = [...(engine ? await checkEngine(engine, missing) : []), ...checkDirectories()]
  for (const { state, found, remedy = '' } of checks) {
    if (state !== 'ok') problems.push({ problem: found, remedy, blocking: state === 'problem' })
  }
  // Without a directory to remember them in, there are none.
  const kept = checks.some(({ name, state }) => name === 'state' && state === 'problem') ? [] : await keptRigs()
  const rigs = kept.map(({ owner, document }) => ({
    name: document.name,
    alive: fateOf(owner) === 'alive',
  }))
  for (const { name, alive } of rigs) {
    if (alive) continue
    problems.push({
      problem: `the rig "${name}" has lost the process that held it`,
      remedy: `Run \`mailrig down ${name}\`.`,
      blocking: false,
    })
  }
  return {
    node: process.version,
    engine: engine
      ? {
          name: engine.name,
          version: engine.version,
          apiVersion: engine.apiVersion,
          endpoint: engine.endpoint,
          reach: engine.reach,
        }
      : null,
    images,
    rigs,
    checks,
    problems,
  }
}

async function checkEngine(engine: Engine, missing: number): Promise<Check[]> {
  const refused = await tryContainer(engine)
  return [
    refused
      ? {
          name: 'start',
          state: 'problem',
          found: `the engine starts no container: ${refused.reason}`,
          remedy: refused.remedy,
        }
      : { name: 'start', state: 'ok', found: 'the engine starts containers' },
    checkPorts(engine),
    ...(missing > 0 ? [await checkBuilding(engine)] : []),
  ]
}

/** None of these is in the way: the last two ways work for everybody. */
function checkPorts({ reach }: Engine): Check {
  const lowest = lowestPort()
  const found =
    reach === 'exposed'
      ? 'a container listens on 25 and 53, and lets clients in on both sides'
      : lowest > 25
        ? `a container listens on 25 and 53 for this user, who may use ${lowest} and above`
        : 'this process may listen on 25 and 53'
  return { name: 'ports', state: 'ok', found }
}

async function checkBuilding(engine: Engine): Promise<Check> {
  const name = 'bases'
  if (await engine.registryAnswers()) return { name, state: 'ok', found: 'base images come from the registry' }
  const tools = missingBaseTools()
  if (tools.length === 0) {
    return { name, state: 'ok', found: "base images are made of Debian's archive, by mmdebstrap" }
  }
  return {
    name,
    state: 'problem',
    found: `images cannot be built: no registry answers the engine, and this user lacks ${tools.join(' and ')}`,
    remedy: `Run \`sudo apt-get install ${tools.join(' ')}\`, or \`docker pull debian:bookworm-slim\` where a registry can be reached.`,
  }
}

async function isPresent(engine: Engine, tag: string): Promise<boolean> {
  return engine.docker
    .getImage(tag)
    .inspect()
    .then(
      () => true,
      () => false,
    )
}

function describe({ node, engine, images, rigs, checks, problems }: Diagnosis): string {
  const built = images.filter(({ present }) => present).length
  const lines = [
    `node     ${node}`,
    `engine   ${engine ? `${engine.name} ${engine.version}, API ${engine.apiVersion}, ${engine.endpoint}, containers reached ${engine.reach === 'direct' ? 'directly' : 'through a published port'}` : 'none'}`,
    ...checks.filter(({ state }) => state === 'ok').map(({ name, found }) => `${name.padEnd(9)}${found}`),
    `images   ${built} of ${images.length} built`,
    ...images.map(({ tag, present }) => `         ${present ? pc.green('there  ') : pc.yellow('missing')} ${tag}`),
    `rigs     ${rigs.map(({ name, alive }) => `${name}${alive ? '' : ' (lost)'}`).join(', ') || 'none'}`,
    ...(problems.length === 0 ? [pc.green('No problems.')] : []),
    ...problems.flatMap(({ problem, remedy, blocking }) => [
      `${blocking ? pc.red('problem') : pc.yellow('note   ')}  ${problem}`,
      `         ${pc.cyan('to do')} ${remedy}`,
    ]),
  ]
  return `${lines.join('\n')}\n`
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? text
}
