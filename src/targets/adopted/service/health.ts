import type { Healthcheck } from '../../../engine/healthcheck.ts'
import type { DeclaredService } from './declared-service.ts'
import { misdeclared } from './misdeclared.ts'

/** Others wait for it, and it may be well long before its owner would look. */
const LOOK_MS = 500

const UNITS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/**
 * The healthcheck that a service declares; undefined where its image's counts. It is looked at twice a second: services wait
 * for one another.
 *
 * @throws {InputError} COMPOSE_FILE for a time that is none
 */
export function healthcheckOf({ healthcheck, at, name }: DeclaredService): Healthcheck | undefined {
  if (healthcheck === undefined) return undefined
  const { test, timeout, retries, start_period: startPeriod, disable } = healthcheck
  if (disable) return { test: ['NONE'] }
  if (test === undefined) return undefined
  const ms = (key: string, text: string) => milliseconds(text, `services.${name}.healthcheck.${key}`, at.healthcheck)
  const given = healthcheck.interval === undefined ? LOOK_MS : ms('interval', healthcheck.interval)
  return {
    test: typeof test === 'string' ? ['CMD-SHELL', test] : test,
    intervalMs: Math.min(LOOK_MS, given),
    ...(timeout === undefined ? {} : { timeoutMs: ms('timeout', timeout) }),
    ...(startPeriod === undefined ? {} : { startPeriodMs: ms('start_period', startPeriod) }),
    ...(retries === undefined ? {} : { retries }),
  }
}

/** `1m30s` */
function milliseconds(text: string, what: string, at = ''): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|m|h)/g)]
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) {
    throw misdeclared(at, `${what}: ${JSON.stringify(text)} is no time`, 'Write it as in 1m30s.')
  }
  return parts.reduce((sum, [, number, unit = '']) => sum + Number(number) * (UNITS[unit] ?? 0), 0)
}
