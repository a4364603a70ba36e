import { WaitError } from '../errors/mailrig-error.ts'
import type { MailArrival } from './arrival.ts'
import { MailboxCommandError } from './mailbox-error.ts'

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
  options: { what: string; timeoutMs: number; arrival: MailArrival; abort?: AbortSignal | undefined },
): Promise<T> {
  const { what, timeoutMs, arrival, abort } = options
  const over = Promise.withResolvers<never>()
  over.promise.catch(() => {})
  let stored = Promise.withResolvers<void>()
  const off = arrival.onArrival(() => stored.resolve())
  const timer = setTimeout(
    () => over.reject(new WaitError(`Waited ${timeoutMs} ms for ${what}: there is no such folder yet.`)),
    timeoutMs,
  )
  const aborted = () => over.reject(abort?.reason)
  abort?.addEventListener('abort', aborted, { once: true })
  try {
    for (;;) {
      stored = Promise.withResolvers()
      try {
        return await open()
      } catch (error) {
        if (!isNoSuchFolder(error)) throw error
        if (abort?.aborted) throw abort.reason
      }
      await Promise.race([stored.promise, over.promise])
    }
  } finally {
    clearTimeout(timer)
    off()
    abort?.removeEventListener('abort', aborted)
  }
}
