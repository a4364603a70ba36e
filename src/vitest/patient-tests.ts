import type { RunnerTestCase } from 'vitest'
import { WaitError } from '../errors/mailrig-error.ts'
import { afterPatience, inTime } from '../metrics/patience.ts'

/** Of an idle machine, ms. */
const TEST_MS = 20_000

/**
 * Bounds a test by time as an idle machine would have given it; vitest itself knows bounds in milliseconds only. A test
 * for which somebody asked for a time keeps that, and so do all of a project whose `testTimeout` is given.
 *
 * @returns ends the bound
 */
export function boundPatiently(task: Pick<RunnerTestCase, 'name' | 'timeout' | 'context'>): () => void {
  if (task.timeout !== 0) return () => undefined
  const over = new AbortController()
  // vitest ends a test when its signal is aborted, with the signal's reason.
  Object.assign(task.context, { signal: AbortSignal.any([task.context.signal, over.signal]) })
  return afterPatience(TEST_MS, (waited) => over.abort(late(`the test "${task.name}"`, waited, TEST_MS)))
}

/** @throws {WaitError} when an idle machine would have had `ms` milliseconds for it. */
export function patiently<T>(work: Promise<T>, ms: number, what: string): Promise<T> {
  return inTime(work, undefined, ms, (waited) => late(what, waited, ms))
}

function late(what: string, waited: number, ms: number): WaitError {
  return new WaitError(`waited ${waited} ms for ${what} to end`, {
    remedy: `It had ${ms / 1000} s of an idle machine. Where a test needs more, give it a \`timeout\`.`,
  })
}
