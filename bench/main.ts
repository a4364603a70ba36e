import { parseArgs } from 'node:util'
import { terminalProgress } from '../src/engine/progress.ts'
import { openRun, prepareEngine } from '../src/rig/open-run.ts'
import { mtaNamed, releaseNamed } from '../src/servers/registry.ts'
import { bootAndTeardown, PLAIN, WITH_POSTGRESQL } from './boot.ts'
import { delivery } from './delivery.ts'
import type { Figure } from './figure.ts'
import { session } from './session.ts'
import { usual } from './usual.ts'

// Ratios taken in one run: a figure in milliseconds says something of this machine only, a ratio travels.
const { values } = parseArgs({
  options: {
    mta: { type: 'string', default: 'postfix' },
    release: { type: 'string', default: 'bookworm' },
    rounds: { type: 'string', default: '9' },
    messages: { type: 'string', default: '60' },
    commands: { type: 'string', default: '1000' },
    checks: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
})

const target = { mta: mtaNamed(values.mta), release: releaseNamed(values.release) }
const engine = await prepareEngine([target], terminalProgress())
const fresh = await openRun(engine, { recycle: 0 })
const recycling = await openRun(engine)
let figures: Figure[]
try {
  const worlds = { fresh: fresh.world, recycling: recycling.world }
  figures = [
    ...(await bootAndTeardown(worlds, target, Number(values.rounds), PLAIN)),
    ...(await bootAndTeardown(worlds, target, Number(values.rounds), WITH_POSTGRESQL)),
    ...(await delivery(recycling.world, target, Number(values.messages))),
    ...(await usual(recycling.world, target, Number(values.checks))),
    ...(await session(Number(values.commands), Number(values.rounds))),
  ]
} finally {
  await Promise.all([fresh.close(), recycling.close()])
}

const failed = figures.filter(
  ({ value, limit = Number.POSITIVE_INFINITY, least = 0 }) => value > limit || value < least,
)
if (values.json) {
  process.stdout.write(`${JSON.stringify({ mta: values.mta, release: values.release, figures }, null, 2)}\n`)
} else {
  for (const { name, value, unit, limit, least } of figures) {
    const bounds = [
      ...(limit === undefined ? [] : [`at most ${limit} ${unit}`]),
      ...(least === undefined ? [] : [`at least ${least} ${unit}`]),
    ]
    const bound = bounds.length === 0 ? '' : `  (${bounds.join(', ')})`
    process.stdout.write(`${name.padEnd(68)}${value.toFixed(unit === 'x' ? 2 : 1).padStart(9)} ${unit}${bound}\n`)
  }
}
if (failed.length > 0) {
  process.stderr.write(`not within its bound: ${failed.map(({ name }) => name).join('; ')}\n`)
  process.exitCode = 1
}
