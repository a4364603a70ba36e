import { epochNow } from '../metrics/clock.ts'
import type { Rig } from '../rig/rig.ts'
import { readBounce } from './bounce.ts'
import type { Ledger } from './ledger.ts'
import type { LoadPlan } from './load-plan-data.ts'
import { whileThere } from './while-there.ts'

/**
 * Finds the messages of a load where they have come to: at the upstreams as they come, in mailboxes by the store's log as
 * they come and by IMAP when all is over, in bounces at either.
 */
export class Finder {
  readonly #rig: Rig
  readonly #plan: LoadPlan
  readonly #ledger: Ledger
  readonly #offs: (() => void)[]
  /** Bounces that are being read. */
  #reading: Promise<unknown> = Promise.resolve()

  constructor(rig: Rig, plan: LoadPlan, ledger: Ledger) {
    this.#rig = rig
    this.#plan = plan
    this.#ledger = ledger
    this.#offs = [...Object.values(rig.upstreams).map((upstream) => this.#watch(upstream)), this.#watchStore()]
  }

  /** Looks into the mailboxes: what is there counts, not what once came. @throws what reading them does */
  async lookIntoMailboxes(): Promise<void> {
    await this.#reading
    if (this.#rig.hasStore) await whileThere(this.#rig, () => this.#look())
  }

  async #look(): Promise<void> {
    const addresses = this.#addresses()
    const seen: [number, string][] = []
    const notices: Promise<void>[] = []
    for (const address of addresses) {
      await this.#rig.mailbox(address).census(({ messageId, notice }) => {
        if (notice) notices.push(this.#readNotice(notice))
        const number = messageId === undefined ? undefined : this.#plan.numberOf(messageId)
        if (number !== undefined) seen.push([number, address])
      })
    }
    await Promise.all(notices)
    // In one go: whoever looks at the ledger meanwhile sees what was known before.
    this.#ledger.forgetMailboxes()
    for (const [number, address] of seen) this.#ledger.find(number, address)
    this.#ledger.recount()
  }

  close(): void {
    for (const off of this.#offs) off()
  }

  /** The mailboxes that messages or their bounces go to. */
  #addresses(): string[] {
    const all = new Set<string>()
    for (let number = 0; number < this.#plan.turns.length; number += 1) {
      for (const { address, mailbox } of this.#plan.recipientsOf(number)) if (mailbox) all.add(address)
    }
    if (this.#rig.accounts.some(({ address }) => address === this.#plan.from)) all.add(this.#plan.from)
    return [...all]
  }

  #watch(upstream: Rig['upstreams'][string]): () => void {
    return upstream.tally({
      claims: (messageId) => this.#plan.numberOf(messageId) !== undefined,
      take: ({ messageId, to }) => {
        const number = this.#plan.numberOf(messageId)
        if (number === undefined) return false
        const now = epochNow()
        for (const address of to) this.#ledger.find(number, address, now)
        return true
      },
      saw: (message) => {
        if (message.from === '') this.#reading = Promise.all([this.#reading, this.#readNotice(message.content)])
      },
    })
  }

  #watchStore(): () => void {
    if (!this.#rig.hasStore) return () => {}
    const { store } = this.#rig
    return store.log.on(({ text }) => {
      const { event, messageId, to } = store.readLog(text)
      if (event !== 'store' || messageId === undefined) return
      const number = this.#plan.numberOf(messageId)
      if (number === undefined) return
      const user = to?.[0]
      const { address = user } = this.#rig.accounts.find((account) => account.user === user) ?? {}
      this.#ledger.find(number, address ?? '', epochNow())
    })
  }

  async #readNotice(content: Buffer): Promise<void> {
    const bounce = await readBounce(content)
    for (const messageId of bounce?.messageIds ?? []) {
      const number = this.#plan.numberOf(messageId)
      if (number !== undefined) this.#ledger.bounce(number, bounce?.failed, bounce?.why)
    }
  }
}
