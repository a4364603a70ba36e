import { WaitError } from '../errors/mailrig-error.ts'
import { bound } from '../metrics/patience.ts'
import type { MailArrival } from './arrival.ts'
import { MailboxCommandError } from './mailbox-error.ts'
import { USUAL_WAIT_MS } from './usual-wait.ts'

/** Whether the server refused a command because there is no such folder (RFC 5530 §3). */
export function isNoSuchFolder(error: unknown): boolean {
  return error instanceof MailboxCommandError && error.responseCode === 'NONEXISTENT'
}

/**
 * Opens a folder that the next delivery may make: a Sieve script may file into one that nobody has made. Tried again
 * whenever a message was stored.
 *
 * @throws WaitError after `timeoutMs`, the signal's reason, whatever else `open` throws
 */
export async function openOnceThere<T>(
  open: () => Promise<T>,
  options: {
    what: string
    timeoutMs?: number | undefined
    /** Without `timeoutMs`: ms of an idle machine. */
    usualMs?: number
    arrival: MailArrival
    abort?: AbortSignal | undefined
  },
): Promise<T> {
  const { what, timeoutMs, usualMs = USUAL_WAIT_MS, arrival, abort } = options
  const over = Promise.withResolvers<never>()
  over.promise.catch(() => {})
  let refused = false
  let stored = Promise.withResolvers<void>()
  const off = arrival.onArrival(() => stored.resolve())
  const end = bound(timeoutMs, usualMs, (waited) =>
    over.reject(new WaitError(`Waited ${waited} ms for ${what}: there is no such folder yet.`)),
  )
  const aborted = () => over.reject(abort?.reason)
  abort?.addEventListener('abort', aborted, { once: true })
  try {
    for (;;) {
      stored = Promise.withResolvers()
      try {
        return await open()
      } catch (error) {
        if (!isNoSuchFolder(error)) {
          // Refused, and yet in the list that is asked for after a refusal: it may have come to be in between.
          if (refused || !(error instanceof MailboxCommandError)) throw error
          refused = true
          continue
        }
        refused = false
        if (abort?.aborted) throw abort.reason
      }
      await Promise.race([stored.promise, over.promise])
    }
  } finally {
    end()
    off()
    abort?.removeEventListener('abort', aborted)
  }
}
