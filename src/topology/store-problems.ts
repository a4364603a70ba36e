import { quote } from './names.ts'
import type { ParsedTopology } from './schema.ts'
import type { Problem } from './topology-error.ts'

/** What contradicts itself in the settings of the mail store. */
export function storeProblems({ store, local, domains }: ParsedTopology): Problem[] {
  if (!store) return []
  const problems: Problem[] = []
  const accounts = Object.keys(local?.accounts ?? {})
  const mailboxes = Object.values(domains).flatMap((domain) => Object.keys(domain.mailboxes))
  if (mailboxes.length === 0 && !store.localAccounts) {
    problems.push({
      path: 'store',
      message: 'there is no mail store to set up: declare a mailbox in `domains`, or say `localAccounts: true`',
    })
  }
  if (store.localAccounts && accounts.length === 0) {
    problems.push({
      path: 'store.localAccounts',
      message: 'there are no Unix accounts: declare them in local.accounts',
    })
  }
  if (store.tls === 'none' && store.tlsMinimum !== undefined) {
    problems.push({
      path: 'store.tlsMinimum',
      message: `${quote(store.tlsMinimum)} is the least that TLS may be, but store.tls is "none"`,
    })
  }
  if (store.sharing && (store.mailboxFormat === 'mbox' || store.localAccounts)) {
    const why = store.localAccounts ? 'each Unix account has files of its own' : 'an mbox has no place for rights'
    problems.push({
      path: 'store.sharing',
      message: `${why}: leave it out, or use mailboxes with mailboxFormat "maildir"`,
    })
  }
  // PAM is asked with the password itself (pam(3)); the other mechanisms send a proof of it.
  const plain = store.mechanisms.some((mechanism) => mechanism === 'PLAIN' || mechanism === 'LOGIN')
  if (store.localAccounts && !plain) {
    problems.push({
      path: 'store.mechanisms',
      message: `PAM, which store.localAccounts asks, needs the password: add "PLAIN" or "LOGIN" to ${quote(store.mechanisms)}`,
    })
  }
  return problems
}
