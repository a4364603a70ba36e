import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Engine } from '../engine/engine.ts'
import { fateOf, type Owner } from '../engine/owner.ts'
import { stateDirectory } from '../engine/state-directory.ts'
import { removeRun } from '../engine/sweep.ts'
import { InputError, WaitError } from '../errors/mailrig-error.ts'
import { patience } from '../metrics/patience.ts'
import type { TopologyInput } from '../topology/schema.ts'

/** What `mailrig up` prints: how to reach a rig. */
export interface RigDocument {
  name: string
  /** What it runs: `postfix-trixie`, or `production@trixie` of a target with a configuration of your own. */
  target: string
  mta: RigServer
  store?: RigServer
  endpoints: Record<string, Endpoint>
  /** The same MTA for a client of the lan. */
  lan: Record<string, Endpoint>
  /** The MTA's addresses by IPv6, for each side, where the topology says `ipv6`; the ports are the same. */
  ipv6?: { internet: string; lan: string }
  /** Whether it relays for that client without a login. */
  lanTrusted: boolean
  accounts: { address: string; user: string; password: string }[]
  /** PEM of the rig's own certificate authority. Absent where the servers brought certificates of their own along. */
  authority?: string
  /** The same as a file, for as long as the rig is up. */
  authorityFile?: string
}

/** What `mailrig up --all` prints in its place for a server that cannot do what the topology asks for. */
export interface UnsupportedRig {
  name: string
  mta: { name: string; release: string }
  /** Why. */
  unsupported: string
}

interface Endpoint {
  host: string
  port: number
}

interface RigServer {
  name: string
  version: string
  release: string
  /** The name its certificate bears, beside its addresses. */
  host: string
}

/** A rig that outlives the command that started it: who holds it, and what it is made of. */
export interface KeptRig {
  owner: Owner
  run: string
  document: RigDocument
  /** As it was declared. */
  topology: TopologyInput
  /** For a proxy on this host in front of it: the authority's key never leaves the process that holds the rig. */
  proxy: { certificate: string; key: string }
}

/**
 * What a process that has started a rig is told when the rig is to stay. Who is gone before saying so was interrupted, or
 * had another rig fail: the rig ends.
 */
export const KEEP = 'keep'

async function directory(): Promise<string> {
  const path = join(stateDirectory(), 'rigs')
  await mkdir(path, { recursive: true })
  return path
}

async function fileOf(name: string, extension = 'json'): Promise<string> {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) {
    throw new InputError(`${JSON.stringify(name)} cannot be the name of a rig`, {
      code: 'RIG_NAME',
      remedy: 'Use letters, digits, dots, hyphens and underscores, at most 64.',
    })
  }
  return join(await directory(), `${name}.${extension}`)
}

/** Where the certificate of a rig's authority lies while the rig is up. */
export function authorityFile(name: string): Promise<string> {
  return fileOf(name, 'pem')
}

/** Every kept rig of this host, alive or not, by name. */
export async function keptRigs(): Promise<KeptRig[]> {
  const path = await directory()
  const names = (await readdir(path)).filter((name) => name.endsWith('.json')).sort()
  const rigs = await Promise.all(names.map((name) => read(join(path, name))))
  return rigs.filter((rig) => rig !== undefined)
}

export async function keptRig(name: string): Promise<KeptRig | undefined> {
  return read(await fileOf(name))
}

/** @returns undefined when there is none, as when another process has ended it just now. */
async function read(path: string): Promise<KeptRig | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  return text === undefined ? undefined : (JSON.parse(text) as KeptRig)
}

export async function rememberRig(rig: KeptRig): Promise<void> {
  const { authority, authorityFile: file } = rig.document
  if (authority !== undefined && file !== undefined) await writeFile(file, authority)
  const path = await fileOf(rig.document.name)
  // Other processes list the rigs at any time: they find it whole or not at all.
  const unfinished = `${path}.${process.pid}`
  await writeFile(unfinished, JSON.stringify(rig), { mode: 0o600 })
  await rename(unfinished, path)
}

export async function forgetRig(name: string): Promise<void> {
  // A holder that was killed leaves its socket, too.
  const paths = await Promise.all([fileOf(name), authorityFile(name), fileOf(name, 'sock')])
  await Promise.all(paths.map((path) => rm(path, { force: true })))
}

/** Ends the process that holds the rig and waits until it has gone; removes by label what a killed one left. */
export async function endRig(rig: KeptRig, engine: Pick<Engine, 'docker'>): Promise<void> {
  if (fateOf(rig.owner) === 'alive') {
    const pid = Number(rig.owner.split(':')[0])
    process.kill(pid, 'SIGTERM')
    await gone(rig.owner, patience(20_000))
  }
  await removeRun(engine, rig.run)
  await forgetRig(rig.document.name)
}

/** No event tells of the end of a process that is not our child; /proc is asked every 20 ms, and not for ever. */
async function gone(owner: Owner, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (fateOf(owner) === 'alive') {
    if (performance.now() > deadline) {
      throw new WaitError(`waited ${timeoutMs} ms for process ${owner.split(':')[0]} to end its rig`, {
        remedy: 'End it with `kill -9`, then run `mailrig clean`.',
      })
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
