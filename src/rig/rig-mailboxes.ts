import { nearest } from '../errors/did-you-mean.ts'
import { InputError } from '../errors/mailrig-error.ts'
import type { StoreAccount } from '../targets/store-accounts.ts'
import { type MailboxTls, RigMailbox } from './rig-mailbox.ts'
import type { RunningStore } from './running-store.ts'
import type { Trust } from './trust.ts'

interface Options {
  accounts: readonly StoreAccount[]
  /** Of the store's certificate. */
  trust: Trust
  /** The way in that is taken unless another is asked for. */
  defaultTls: MailboxTls
  /** Aborted when the MTA has ended. */
  ended: AbortSignal
}

/** The mailboxes of a rig's store, each made when first asked for. */
export class RigMailboxes {
  readonly #options: Options
  readonly #mailboxes = new Map<string, RigMailbox>()

  constructor(options: Options) {
    this.#options = options
  }

  /** By address, or by local part if only one domain has it; with a password: any. @throws {InputError} */
  of(store: RunningStore, name: string, password: string | undefined): RigMailbox {
    const account = password === undefined ? this.#accountOf(name) : { address: name, user: name, password }
    const key = `${account.user} ${account.password}`
    let mailbox = this.#mailboxes.get(key)
    if (!mailbox) {
      const { trust, defaultTls, ended } = this.#options
      mailbox = new RigMailbox({
        ...account,
        endpoints: {
          imap: store.endpoint('imap'),
          imaps: store.endpoint('imaps'),
          pop3: store.endpoint('pop3'),
          pop3s: store.endpoint('pop3s'),
          managesieve: store.endpoint('managesieve'),
        },
        tls: trust,
        defaultTls,
        log: store.log,
        readLog: (line) => store.readLog(line),
        ended,
      })
      this.#mailboxes.set(key, mailbox)
    }
    return mailbox
  }

  close(): void {
    for (const mailbox of this.#mailboxes.values()) mailbox.close()
  }

  #accountOf(name: string): StoreAccount {
    const { accounts } = this.#options
    const found = accounts.filter(({ address, user }) => {
      return user === name || address === name || address.slice(0, address.lastIndexOf('@')) === name
    })
    const [only] = found
    if (only !== undefined && found.length === 1) return only
    const problem = found.length === 0 ? 'there is no mailbox' : 'several domains have a mailbox'
    const names = (found.length === 0 ? accounts : found).map(({ address }) => address)
    const meant = found.length === 0 ? nearestOf(name, names) : undefined
    throw new InputError(
      `${problem} ${JSON.stringify(name)}${meant ? `; did you mean ${JSON.stringify(meant)}?` : ''}`,
      {
        code: 'UNKNOWN_MAILBOX',
        remedy: `Name one of ${names.join(', ') || 'those you declare in the topology'}.`,
      },
    )
  }
}

/** An address, or the local part of one, that a misspelt name most likely stands for. */
function nearestOf(name: string, addresses: readonly string[]): string | undefined {
  return nearest(name, name.includes('@') ? addresses : addresses.map((address) => address.replace(/@[^@]*$/, '')))
}
