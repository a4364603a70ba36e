import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { ErrorCode } from '../errors/error-codes.ts'
import { MailrigError } from '../errors/mailrig-error.ts'
import type { LoadPlanData } from './load-plan-data.ts'
import type { SenderEvent, SenderJob } from './sender.ts'

/** What the thread is given. */
export interface ThreadJob {
  plan: LoadPlanData
  trust: SenderJob['trust']
}

/** What the thread says. */
export type ThreadWord =
  | { events: SenderEvent[] }
  | { failed: { message: string; code: ErrorCode; remedy: string | undefined; exitCode: number } }

/**
 * The same as `sendLoad`, in a thread of its own: so that what is found and logged meanwhile does not hold up what is sent.
 *
 * @throws {MailrigError} LOAD_NOBODY_IN, LOAD_NOT_OFFERED
 */
export async function sendLoadFromThread(
  { plan, trust }: SenderJob,
  tell: (event: SenderEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const here = fileURLToPath(import.meta.url)
  const job: ThreadJob = { plan: plan.data, trust }
  const worker = new Worker(new URL(`./sender-thread-main${extname(here)}`, import.meta.url), { workerData: job })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let failure: Error | undefined
  const stop = () => worker.postMessage('stop')
  worker.on('message', (word: ThreadWord) => {
    if ('events' in word) for (const event of word.events) tell(event)
    else failure = new MailrigError(word.failed.message, without(word.failed))
  })
  worker.on('error', (error: Error) => reject(error))
  worker.on('exit', () => (failure ? reject(failure) : resolve()))
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop)
  try {
    await promise
  } finally {
    signal.removeEventListener('abort', stop)
    await worker.terminate()
  }
}

function without({ code, remedy, exitCode }: { code: ErrorCode; remedy: string | undefined; exitCode: number }) {
  return { code, exitCode, ...(remedy === undefined ? {} : { remedy }) }
}
