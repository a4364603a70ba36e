// The thread of `sendLoadFromThread`.
import { parentPort, workerData } from 'node:worker_threads'
import { MailrigError } from '../errors/mailrig-error.ts'
import { planOf } from './load-plan-data.ts'
import { type SenderEvent, sendLoad } from './sender.ts'
import type { ThreadJob, ThreadWord } from './sender-thread.ts'

/** What happened within so many ms is told together: each word to another thread has its price. */
const TOGETHER_MS = 5

const { plan, trust } = workerData as ThreadJob
const port = parentPort
if (!port) throw new Error('this is the main module of a thread')
const say = (word: ThreadWord) => port.postMessage(word)
let events: SenderEvent[] = []
let timer: NodeJS.Timeout | undefined
const flush = () => {
  clearTimeout(timer)
  timer = undefined
  if (events.length > 0) say({ events })
  events = []
}
const interrupted = new AbortController()
port.on('message', () => interrupted.abort())
try {
  const tell = (event: SenderEvent) => {
    events.push(event)
    timer ??= setTimeout(flush, TOGETHER_MS)
  }
  await sendLoad({ plan: planOf(plan), trust }, tell, interrupted.signal)
} catch (error) {
  if (!(error instanceof MailrigError)) throw error
  const { message, code, remedy, exitCode } = error
  flush()
  say({ failed: { message, code, remedy, exitCode } })
} finally {
  flush()
  port.close()
}
