import { readFileSync } from 'node:fs'
import pc from 'picocolors'
import { connectEngine } from '../../engine/connect.ts'
import type { Engine } from '../../engine/engine.ts'
import { forwarderImages } from '../../engine/expose.ts'
import { imageTag } from '../../engine/images.ts'
import { fateOf } from '../../engine/owner.ts'
import { silentProgress } from '../../engine/progress.ts'
import { EXIT, MailrigError } from '../../errors/mailrig-error.ts'
import { RELEASES } from '../../servers/contract.ts'
import { MTA_NAMES, store } from '../../servers/registry.ts'
import { keptRigs } from '../kept-rigs.ts'

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
  const servers = RELEASES.flatMap((release) => [...MTA_NAMES, store.name].map((server) => ({ server, release })))
  const images = await Promise.all(
    [...servers, ...(engine ? await forwarderImages(engine) : [])].map(async ({ server, release }) => {
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
  const lowest = engine?.reach === 'exposed' ? 53 : 25
  if (engine && !mayListenBelow(lowest)) {
    problems.push({
      problem: `this user may not listen on ${lowest === 25 ? 'ports 25 and 53, which upstream and resolver need' : 'port 53, which the resolver needs'}`,
      remedy: `Run \`sudo sysctl net.ipv4.ip_unprivileged_port_start=${lowest}\`, or run as root.`,
      blocking: true,
    })
  }
  const rigs = (await keptRigs()).map(({ owner, document }) => ({
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
    problems,
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

/** ip_unprivileged_port_start, ip-sysctl of the Linux kernel documentation. */
function mayListenBelow(port: number): boolean {
  if (process.platform !== 'linux' || process.getuid?.() === 0) return true
  return Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8')) <= port
}

function describe({ node, engine, images, rigs, problems }: Diagnosis): string {
  const built = images.filter(({ present }) => present).length
  const lines = [
    `node     ${node}`,
    `engine   ${engine ? `${engine.name} ${engine.version}, API ${engine.apiVersion}, ${engine.endpoint}, containers reached ${engine.reach === 'direct' ? 'directly' : 'by published ports'}` : 'none'}`,
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
