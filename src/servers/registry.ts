import { setBuildFolder } from '../engine/build-context.ts'
import { nearest } from '../errors/did-you-mean.ts'
import { InputError } from '../errors/mailrig-error.ts'
import { declareNative } from '../topology/native.ts'
import type { OwnServer } from './define-server.ts'
import './dovecot/native.ts'
import { dovecot } from './dovecot/adapter.ts'
import './exim/native.ts'
import './opensmtpd/native.ts'
import { exim } from './exim/adapter.ts'
import type { MtaAdapter } from './mta-adapter.ts'
import './postfix/native.ts'
import { opensmtpd } from './opensmtpd/adapter.ts'
import { postfix } from './postfix/adapter.ts'
import { RELEASES, type Release } from './release.ts'
import './sendmail/native.ts'
import { cyrus } from './cyrus/adapter.ts'
import { sendmail } from './sendmail/adapter.ts'
import type { StoreAdapter } from './store.ts'

/** Every MTA of mailrig's own. Adding one is a folder here, a folder under `docker/`, and its line in this list. */
const OWN: readonly MtaAdapter[] = [postfix, exim, sendmail, opensmtpd]

/**
 * MTAs of mailrig's own that not every scenario passes on yet: known by their names, but neither part of `all` nor of the
 * matrix.
 */
const ON_TRIAL: readonly MtaAdapter[] = []

/** Every mail store. The first is the one of every rig for which no other was asked. */
const STORES: readonly [StoreAdapter, ...StoreAdapter[]] = [dovecot, cyrus]

export const [DEFAULT_STORE] = STORES

export const STORE_NAMES: readonly string[] = STORES.map(({ name }) => name)

const mtas = [...OWN, ...ON_TRIAL]
const names = OWN.map((mta) => mta.name)
const titles = OWN.map((mta) => mta.title)

/** What `all` means: the MTAs of mailrig, and those that were added to this process. */
export const MTA_NAMES: readonly string[] = names

/** Those that have to be asked for by name. */
export const TRIAL_NAMES: readonly string[] = ON_TRIAL.map((mta) => mta.name)

/** Their proper names, in the same order, e.g. `Postfix`. */
export const MTA_TITLES: readonly string[] = titles

/**
 * Makes an MTA known to this process, as if it came with mailrig. The same one twice is once.
 *
 * @throws {InputError} SERVER_DEFINITION where another server has the name.
 */
export function addServer({ adapter, folder, module }: OwnServer): void {
  const { name, title, native } = adapter
  const before = added.get(name)
  if (before === module) return
  if (before !== undefined || mtas.some((mta) => mta.name === name) || STORE_NAMES.includes(name)) {
    throw new InputError(`there is a server ${JSON.stringify(name)} already${before ? `, of ${before}` : ''}`, {
      code: 'SERVER_DEFINITION',
      remedy: 'Give yours another name.',
    })
  }
  added.set(name, module)
  mtas.push(adapter)
  names.push(name)
  titles.push(title)
  setBuildFolder(name, folder)
  if (native) declareNative(name, native)
}

/** Name → the module of it. */
const added = new Map<string, string>()

/** Modules of all servers that were added to this process, as URLs: for processes that it starts. */
export function addedModules(): string[] {
  return [...added.values()]
}

/**
 * Makes the servers known whose modules these are.
 *
 * @throws {InputError} SERVER_DEFINITION for a module whose default export is none.
 */
export async function addServersOf(modules: readonly string[]): Promise<void> {
  for (const module of modules) {
    const { default: server } = (await import(module)) as { default?: OwnServer }
    if (server?.adapter === undefined) {
      throw new InputError(`the default export of ${module} is no server`, {
        code: 'SERVER_DEFINITION',
        remedy: 'Write `export default defineServer({ … })` in the module that `module` names.',
      })
    }
    addServer(server)
  }
}

/** @throws {InputError} naming the MTAs there are. */
export function mtaNamed(name: string): MtaAdapter {
  const mta = mtas.find((candidate) => candidate.name === name)
  if (!mta) {
    throw new InputError(`there is no MTA ${JSON.stringify(name)}${guess(name, MTA_NAMES)}`, {
      code: 'UNKNOWN_MTA',
      remedy: `Choose one of ${MTA_NAMES.join(', ')}.`,
    })
  }
  return mta
}

/** @throws {InputError} naming the mail stores there are. */
export function storeNamed(name: string): StoreAdapter {
  const found = STORES.find((candidate) => candidate.name === name)
  if (!found) {
    throw new InputError(`there is no mail store ${JSON.stringify(name)}${guess(name, STORE_NAMES)}`, {
      code: 'UNKNOWN_STORE',
      remedy: `Choose one of ${STORE_NAMES.join(', ')}.`,
    })
  }
  return found
}

/** @throws {InputError} naming the releases there are. */
export function releaseNamed(name: string): Release {
  const release = RELEASES.find((candidate) => candidate === name)
  if (!release) {
    throw new InputError(`there is no release ${JSON.stringify(name)}${guess(name, RELEASES)}`, {
      code: 'UNKNOWN_RELEASE',
      remedy: `Choose one of ${RELEASES.join(', ')}.`,
    })
  }
  return release
}

function guess(name: string, names: readonly string[]): string {
  const near = nearest(name, names)
  return near === undefined ? '' : `; did you mean ${JSON.stringify(near)}?`
}
