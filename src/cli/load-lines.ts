import { outColours as pc } from '../errors/colours.ts'
import type { LatencyMs } from '../load/latencies.ts'
import type { LoadAccount, LoadCase } from '../load/load-account.ts'
import type { Ramp, RampStep } from '../load/ramp.ts'

const WIDTH = 12
/** Reasons that are listed. */
const REASONS = 5

/** The account of a load, for people. */
export function linesOfAccount(server: string, account: LoadAccount): string[] {
  const { lost, duplicated, queued, unknown, refused, givenUp, interrupted } = account
  const { seconds, acceptedPerSecond, deliveredPerSecond, acceptMs, deliveryMs, refusals, bounces, rssMiB } =
    account.toJSON()
  const line = (name: string, count: number, more = '') => `  ${name.padEnd(WIDTH)}${String(count).padStart(8)}${more}`
  return [
    pc.bold(`${server}: ${account.sent} messages in ${seconds} s${interrupted ? ', then interrupted' : ''}`),
    line('accepted', account.accepted, `  ${acceptedPerSecond}/s${latency('to the reply', acceptMs)}`),
    line('delivered', account.delivered, `  ${deliveredPerSecond}/s${latency('to the place', deliveryMs)}`),
    ...(account.bounced > 0 ? [line('bounced', account.bounced)] : []),
    ...(refused > 0 ? [line('refused', refused)] : []),
    ...(unknown > 0
      ? [
          line(
            'unknown',
            unknown,
            `  the reply to the final dot was not read${interrupted ? ', or not yet found' : ''}`,
          ),
        ]
      : []),
    ...(queued > 0 ? [line('queued', queued)] : []),
    lost > 0 ? pc.red(line('lost', lost)) : line('lost', lost),
    line('duplicated', duplicated),
    ...refusals.slice(0, REASONS).map(({ reply, count }) => `  ${count} × ${reply}`),
    ...bounces.slice(0, REASONS).map(({ text, count }) => `  ${count} × bounced: ${text}`),
    pc.dim(`  memory of mailrig: ${rssMiB.start} MiB at the start, ${rssMiB.end} MiB at the end`),
    ...(givenUp === undefined ? [] : [pc.yellow(`given up: ${givenUp}`)]),
    ...account.lostMessages().flatMap((one) => linesOfCase('lost', one)),
  ]
}

/** A message that is not where it should be, and its way. */
function linesOfCase(what: string, { messageId, places, journey }: LoadCase): string[] {
  const to = places.map(({ address, copies }) => `${address} ${copies === 0 ? 'has none' : `has ${copies}`}`)
  return [`${what}: <${messageId}>: ${to.join(', ')}`, ...journey.map((line) => `  ${line}`)]
}

/** The steps of a ramp as a table, and its knee. */
export function linesOfRamp(server: string, { steps, knee }: Ramp, accounts: readonly LoadAccount[]): string[] {
  const most = Math.max(1, ...steps.map(({ acceptedPerSecond }) => acceptedPerSecond))
  const row = (step: RampStep) => {
    const bar = '█'.repeat(Math.max(1, Math.round((24 * step.acceptedPerSecond) / most)))
    const mark = step === knee ? '  ← the knee' : ''
    const { connections, acceptedPerSecond, acceptMs } = step
    return `${cells([connections, acceptedPerSecond, acceptMs.p50, acceptMs.p99])}  ${bar}${mark}`
  }
  const lost = accounts.reduce((sum, account) => sum + account.lost, 0)
  return [
    pc.bold(`${server}, more connections until the latency doubles:`),
    cells(['connections', 'messages/s', 'p50 ms', 'p99 ms']),
    ...steps.map(row),
    knee === undefined
      ? 'the median of the latency did not double'
      : `the knee is at ${knee.connections} connection${knee.connections === 1 ? '' : 's'}, ${knee.acceptedPerSecond} messages/s`,
    `lost ${lost}, duplicated ${accounts.reduce((sum, account) => sum + account.duplicated, 0)}`,
    ...accounts.flatMap(({ givenUp }) => (givenUp === undefined ? [] : [pc.yellow(`given up: ${givenUp}`)])),
  ]
}

function cells(values: readonly (string | number)[]): string {
  return values.map((value) => String(value).padStart(WIDTH)).join('')
}

function latency(what: string, ms: LatencyMs | undefined): string {
  return ms ? `, ${what} p50 ${ms.p50} ms, p99 ${ms.p99} ms` : ''
}
