import { WaitError } from '../errors/mailrig-error.ts'
import { LoadAccount, type LoadCase } from '../load/load-account.ts'
import { accountOf } from '../load/sent-messages.ts'
import { Rig } from '../rig/rig.ts'
import { casesIn } from './test-case.ts'

/** What a matcher judges: loads, and messages that were sent one by one. */
export interface Accounted {
  accepted: number
  lost: number
  duplicated: number
  /** Some of the lost. */
  lostMessages: LoadCase[]
  /** Some of the duplicated. */
  doubledMessages: LoadCase[]
  /** What the server had not done in time: more may come of it. */
  unrest?: string
}

export function isAccounted(value: unknown): value is Rig | LoadAccount {
  return value instanceof Rig || value instanceof LoadAccount
}

/**
 * Counts anew what became of a load, or of all that the tests under way have sent to a rig, once the server has delivered
 * or put off each, or had the time for it.
 */
export async function accountFor(subject: Rig | LoadAccount): Promise<Accounted> {
  if (subject instanceof LoadAccount) return ofLoad(subject)
  const cases = casesIn(subject)
  const unrest = await unrestOf(() => Promise.all(cases.map((testCase) => testCase.rested())))
  const loads = await Promise.all(cases.flatMap((testCase) => testCase.loads).map(ofLoad))
  const { accepted, lost, doubled } = await accountOf(
    subject,
    cases.flatMap((testCase) => testCase.acceptedOneByOne()),
  )
  const one = {
    accepted,
    lost: lost.length,
    duplicated: doubled.length,
    lostMessages: lost,
    doubledMessages: doubled,
    ...unrest,
  }
  return [one, ...loads].reduce((sum, load) => ({
    accepted: sum.accepted + load.accepted,
    lost: sum.lost + load.lost,
    duplicated: sum.duplicated + load.duplicated,
    lostMessages: [...sum.lostMessages, ...load.lostMessages],
    doubledMessages: [...sum.doubledMessages, ...load.doubledMessages],
    ...unrestIn(sum, load),
  }))
}

async function ofLoad(account: LoadAccount): Promise<Accounted> {
  const unrest = await unrestOf(() => account.rested())
  await account.recount()
  return {
    accepted: account.accepted,
    lost: account.lost,
    duplicated: account.duplicated,
    lostMessages: account.lostMessages(),
    doubledMessages: account.doubledMessages(),
    ...unrest,
  }
}

async function unrestOf(wait: () => Promise<unknown>): Promise<Pick<Accounted, 'unrest'>> {
  try {
    await wait()
    return {}
  } catch (error) {
    if (error instanceof WaitError) return { unrest: error.message }
    throw error
  }
}

function unrestIn(...parts: readonly Accounted[]): Pick<Accounted, 'unrest'> {
  const all = parts.flatMap(({ unrest }) => unrest ?? [])
  return all.length === 0 ? {} : { unrest: all.join('\n') }
}
