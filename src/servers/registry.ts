import { nearest } from '../errors/did-you-mean.ts'
import { InputError } from '../errors/mailrig-error.ts'
import './dovecot/native.ts'
import { dovecot } from './dovecot/adapter.ts'
import './exim/native.ts'
import { exim } from './exim/adapter.ts'
import type { MtaAdapter } from './mta-adapter.ts'
import './postfix/native.ts'
import { postfix } from './postfix/adapter.ts'
import { RELEASES, type Release } from './release.ts'
import './sendmail/native.ts'
import { sendmail } from './sendmail/adapter.ts'
import type { StoreAdapter } from './store.ts'

/** Every MTA of mailrig's own. Adding one is a folder here, a folder under `docker/`, and its line in this list. */
const MTAS: readonly MtaAdapter[] = [postfix, exim, sendmail]

export const store: StoreAdapter = dovecot

export const MTA_NAMES: readonly string[] = MTAS.map((mta) => mta.name)

/** Their proper names, in the same order, e.g. `Postfix`. */
export const MTA_TITLES: readonly string[] = MTAS.map((mta) => mta.title)

/** @throws {InputError} naming the MTAs there are. */
export function mtaNamed(name: string): MtaAdapter {
  const mta = MTAS.find((candidate) => candidate.name === name)
  if (!mta) {
    throw new InputError(`there is no MTA ${JSON.stringify(name)}${guess(name, MTA_NAMES)}`, {
      code: 'UNKNOWN_MTA',
      remedy: `Choose one of ${MTA_NAMES.join(', ')}.`,
    })
  }
  return mta
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
