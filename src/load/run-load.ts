import { WaitError } from '../errors/mailrig-error.ts'
import { epochNow } from '../metrics/clock.ts'
import { Allowance } from '../metrics/patience.ts'
import { timed } from '../metrics/waits.ts'
import type { Rig } from '../rig/rig.ts'
import { Finder } from './finder.ts'
import type { LatencyMs } from './latencies.ts'
import { Ledger } from './ledger.ts'
import { LoadAccount } from './load-account.ts'
import { featuresFor, type LoadOptions } from './load-options.ts'
import { planLoad } from './load-plan.ts'
import { type SenderEvent, sendLoad } from './sender.ts'
import { sendLoadFromThread } from './sender-thread.ts'

/** How a load stands, for who looks on. */
export interface LoadProgress {
  sent: number
  accepted: number
  refused: number
  /** Accepted, and not yet found. */
  open: number
  /** Of the server's queue, by its log. */
  queued: number
  /** Accepted so far, in a second. */
  acceptedPerSecond: number
  acceptMs: LatencyMs | undefined
}

export interface RunLoadOptions {
  /** Ends the load where it stands; the account is of what was sent. */
  signal?: AbortSignal
  /** Called about twice a second. */
  onProgress?: (progress: LoadProgress) => void
  /**
   * For many messages: keeps of the servers' logs what those under way need, and no more, and sends from a thread of its own.
   * Default false.
   */
  lean?: boolean
}

/** A load that was begun. */
export interface RunningLoad {
  /** What is known so far, at any time. */
  readonly account: LoadAccount
  /** The account, when it is closed. @throws {MailrigError} LOAD_NOBODY_IN, {InputError} LOAD_NOT_OFFERED */
  readonly done: Promise<LoadAccount>
  /** Ends the watch over upstreams and mailboxes: nothing is found any more. */
  close(): void
}

/** Of an idle machine. */
const USUAL_WAIT_MS = 10_000
const PROGRESS_MS = 500
const INTERRUPTED = 'it was interrupted'
/** Lines of each server's log that a lean load keeps. */
const LEAN_LINES = 1000

/**
 * Sends many messages to the server of a rig, and follows each to its upstream or mailbox.
 *
 * @throws {InputError} LOAD_OPTIONS, LOAD_ADDRESS, {UnsupportedError} at once; nothing was begun
 */
export function startLoad(rig: Rig, options: LoadOptions = {}, run: RunLoadOptions = {}): RunningLoad {
  const plan = planLoad(rig, options)
  // Of a configuration that mailrig did not write, its EHLO tells.
  if (rig.mta.logIsKnown) for (const feature of featuresFor(options)) rig.mta.requires(feature)
  const ledger = new Ledger(plan)
  const finder = new Finder(rig, plan, ledger)
  const account = new LoadAccount({ rig, plan, ledger, finder })
  const rssAtStart = rssMiB()
  if (run.lean) {
    rig.mta.keepLast(LEAN_LINES)
    if (rig.hasStore) rig.store.log.keepLast?.(LEAN_LINES)
    ledger.onClosed((queueId) => queueId !== undefined && rig.mta.letGo([queueId]))
  }
  // Of the first message: until then a thread starts and clients connect.
  let began = epochNow()
  const seconds = (until = epochNow()) => Math.round(until - began) / 1000
  let lastReplyAt = began
  const take = (event: SenderEvent) => {
    if ('at' in event && event.what !== 'begun') lastReplyAt = event.at
    if (event.what === 'begun') {
      if (event.number === 0) began = event.at
      ledger.begin(event.number, event.at)
    } else if (event.what === 'accepted') {
      ledger.accept(event.number, event, rig.mta.queueIdIn(event.reply))
    } else if (event.what === 'refused') ledger.refuse(event.number, event.why)
    else {
      if (event.what === 'unknown') ledger.lose(event.number)
      ledger.note(event.why)
    }
  }

  const tell = () => {
    const { sent, accepted, refused, open } = ledger.counts
    const sending = Math.max(0.001, (lastReplyAt - began) / 1000)
    run.onProgress?.({
      sent,
      accepted,
      refused,
      open,
      queued: rig.mta.held,
      acceptedPerSecond: Math.round(accepted / sending),
      acceptMs: ledger.acceptMs.summary(),
    })
  }

  let interruptedAt: number | undefined
  const closeAt = (givenUp: string | undefined) =>
    account.close({
      seconds: seconds(
        interruptedAt ?? (ledger.counts.open === 0 ? Math.max(ledger.lastFoundAt, lastReplyAt) : undefined),
      ),
      sendingSeconds: seconds(lastReplyAt),
      rssMiB: { start: rssAtStart, end: rssMiB() },
      ...(givenUp === undefined ? {} : { givenUp }),
      ...(interruptedAt === undefined ? {} : { interrupted: true }),
    })
  // Whoever interrupts may not wait for the end: from here on the account says so.
  const interrupt = () => {
    interruptedAt = epochNow()
    closeAt(INTERRUPTED)
  }

  const work = async () => {
    run.signal?.addEventListener('abort', interrupt)
    const timer = run.onProgress && setInterval(tell, PROGRESS_MS)
    try {
      const { trust } = rig
      const signal = run.signal ?? new AbortController().signal
      await (run.lean ? sendLoadFromThread : sendLoad)({ plan, trust, away: () => rig.away }, take, signal)
      let givenUp: string | undefined
      if (run.signal?.aborted) givenUp = INTERRUPTED
      else if (plan.until === 'delivered') {
        givenUp = await accountedFor({ rig, ledger, account, waitMs: plan.waitMs, signal })
      }
      closeAt(givenUp)
      await account.recount()
      // What is missing may have come in the meantime.
      closeAt(run.signal?.aborted ? INTERRUPTED : givenUp)
      if (run.onProgress) tell()
      return account
    } finally {
      clearInterval(timer)
      run.signal?.removeEventListener('abort', interrupt)
    }
  }
  return { account, done: timed('a load', work()), close: () => finder.close() }
}

interface Waiting {
  rig: Rig
  ledger: Ledger
  account: LoadAccount
  waitMs: number | undefined
  signal: AbortSignal
}

/**
 * Waits until every accepted message was found, or the server holds none any more.
 *
 * @returns why it was given up, where something is still to come
 */
async function accountedFor({ rig, ledger, account, waitMs, signal }: Waiting): Promise<string | undefined> {
  const { mta } = rig
  for (;;) {
    if (mta.ended !== undefined) return mta.ended
    if (signal.aborted) return INTERRUPTED
    // The log may be behind: then the server itself is asked, and it is waited for.
    if (ledger.counts.open === 0 || mta.held === 0) break
    const before = mta.held + ledger.counts.open
    if (!(await changed({ rig, ledger, waitMs, signal }, () => mta.held + ledger.counts.open !== before))) {
      const lines = mta.waiting(3).map((line) => `\n  ${line}`)
      return `${ledger.counts.open} messages were waited for, and nothing happened to them; the queue holds ${mta.held}:${lines.join('')}`
    }
  }
  try {
    await account.settled()
    return undefined
  } catch (error) {
    if (error instanceof WaitError) return error.message
    throw error
  }
}

/** True when `holds`, false when an idle machine would have had the time. */
function changed({ rig, ledger, waitMs, signal }: Omit<Waiting, 'account'>, holds: () => boolean): Promise<boolean> {
  return new Promise((resolve) => {
    const allowance = new Allowance(waitMs ?? USUAL_WAIT_MS, waitMs === undefined ? undefined : () => 1)
    let timer: NodeJS.Timeout
    const end = (answer: boolean) => {
      clearTimeout(timer)
      for (const off of offs) off()
      resolve(answer)
    }
    const look = () => (holds() || rig.mta.ended !== undefined || signal.aborted) && end(true)
    const tick = () => {
      if (allowance.spend() <= 0) end(holds())
      else timer = setTimeout(tick, allowance.pauseMs)
    }
    signal.addEventListener('abort', look)
    const offs = [ledger.onFound(look), rig.mta.onRest(look), () => signal.removeEventListener('abort', look)]
    timer = setTimeout(tick, allowance.pauseMs)
  })
}

function rssMiB(): number {
  return Math.round(process.memoryUsage.rss() / 2 ** 20)
}
