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
}

export function isAccounted(value: unknown): value is Rig | LoadAccount {
  return value instanceof Rig || value instanceof LoadAccount
}

/**
 * Counts anew what became of a load, or of all that the tests under way have sent to a rig, once the server has delivered
 * or put off each.
 *
 * @throws {WaitError} where it does neither
 */
export async function accountFor(subject: Rig | LoadAccount): Promise<Accounted> {
  if (subject instanceof LoadAccount) return ofLoad(subject)
  const cases = casesIn(subject)
  await Promise.all(cases.map((testCase) => testCase.rested()))
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
  }
  return [one, ...loads].reduce((sum, load) => ({
    accepted: sum.accepted + load.accepted,
    lost: sum.lost + load.lost,
    duplicated: sum.duplicated + load.duplicated,
    lostMessages: [...sum.lostMessages, ...load.lostMessages],
    doubledMessages: [...sum.doubledMessages, ...load.doubledMessages],
  }))
}

async function ofLoad(account: LoadAccount): Promise<Accounted> {
  await account.rested()
  await account.recount()
  return {
    accepted: account.accepted,
    lost: account.lost,
    duplicated: account.duplicated,
    lostMessages: account.lostMessages(),
    doubledMessages: account.doubledMessages(),
  }
}
