import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CheckResult } from '../src/check/check-result.ts'
import { loadChecks } from '../src/check/load-checks.ts'
import { subjectOf } from '../src/check/rig-subject.ts'
import { runChecks } from '../src/check/run-checks.ts'
import { silentProgress } from '../src/engine/progress.ts'
import { type OpenRun, openRun, prepareEngine } from '../src/rig/open-run.ts'
import { startRig } from '../src/rig/start-rig.ts'
import { MTA_NAMES, mtaNamed, releaseNamed } from '../src/servers/registry.ts'
import { parseTopology } from '../src/topology/topology.ts'
import { CHECKED, RELAYED_BY_SMARTHOST } from './checked-topology.ts'

/** What is found at servers as mailrig renders them, and is so: check → MTAs. Anything else is a false alarm. */
const TRUE_OF: Readonly<Record<string, readonly string[]>> = {
  // No topology says who may write as whom.
  'login-keeps-its-sender': MTA_NAMES,
  // Its mailer for SMTP has L=990, as cf/README says.
  'long-line-leaves-whole': ['sendmail'],
  // Debian's router leaves `self` at its default: the message is kept, frozen.
  'loop-to-itself-is-ended': ['exim'],
}
/** What cannot be told of a rig. */
const UNKNOWN = ['restart-keeps-the-queue']

// All of them take minutes: MAILRIG_CHECKLIST=all, or names as in `exim-trixie,sendmail-bookworm`.
const asked = process.env.MAILRIG_CHECKLIST ?? 'postfix-trixie'
const all = MTA_NAMES.flatMap((mta) => ['bookworm', 'trixie'].map((release) => `${mta}-${release}`))
const targets = (asked === 'all' ? all : asked.split(',')).map((name) => {
  const [mta = '', release = ''] = name.split('-')
  return { name, mta: mtaNamed(mta), release: releaseNamed(release) }
})

const checks = await loadChecks()
const engine = await prepareEngine(targets, silentProgress, { accounts: [] })
let run: OpenRun
beforeAll(async () => {
  run = await openRun(engine)
})
afterAll(() => run.close())

describe.each(targets)('the checklist, at $name as it is rendered', ({ mta, release }) => {
  it('has no false alarm', async () => {
    const rig = await startRig({ topology: parseTopology(CHECKED), mta, release, world: run.world })
    try {
      const results = await runChecks(subjectOf(rig), checks)
      const known = Object.keys(TRUE_OF).filter((id) => TRUE_OF[id]?.includes(mta.name))
      expect(faultsIn(results).filter((one) => !known.includes(one.id))).toEqual([])
      expect(
        faultsIn(results)
          .map(({ id }) => id)
          .sort(),
        'what is known to be so, is still so',
      ).toEqual(known.sort())
      const unknown = results.filter(({ finding }) => finding.verdict === 'unknown')
      expect(
        unknown
          .filter(({ check }) => !UNKNOWN.includes(check.id))
          .map(({ check, finding }) => ({ id: check.id, ...finding })),
      ).toEqual([])
    } finally {
      await rig.stop()
    }
  })

  it('sees that a smarthost is used', async () => {
    const rig = await startRig({ topology: parseTopology(RELAYED_BY_SMARTHOST), mta, release, world: run.world })
    try {
      const results = await runChecks(
        subjectOf(rig),
        checks.filter(({ id }) => id === 'smarthost-is-used'),
      )
      expect(results.map(({ finding }) => finding)).toEqual([{ verdict: 'ok' }])
    } finally {
      await rig.stop()
    }
  })
})

function faultsIn(results: readonly CheckResult[]) {
  return results.flatMap(({ check, finding }) => (finding.verdict === 'fault' ? [{ id: check.id, ...finding }] : []))
}
