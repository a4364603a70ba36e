import type { Topology } from '../topology/topology.ts'
import type { Facts } from './facts.ts'

/** Who can log in to the mail store. */
export interface StoreAccount {
  /** Where mail for it goes. */
  address: string
  user: string
  password: string
}

/** Mailboxes log in by their whole address, Unix accounts by their name. */
export function storeAccounts({ domains, local, store, host }: Topology): StoreAccount[] {
  const mailboxes = Object.entries(domains).flatMap(([domain, { mailboxes }]) =>
    Object.entries(mailboxes).map(([local, { password }]) => {
      const address = `${local}@${domain}`
      return { address, user: address, password }
    }),
  )
  const unix = Object.entries(store.localAccounts ? (local?.accounts ?? {}) : {}).map(([user, { password }]) => ({
    address: `${user}@${host}`,
    user,
    password,
  }))
  return [...mailboxes, ...unix]
}

/** Those of the facts whose password is known. */
export function accountsIn({ accounts }: Facts): StoreAccount[] {
  return accounts.flatMap(({ address, user, password }) =>
    password === undefined ? [] : [{ address, user, password }],
  )
}
