import { describe, expect, it } from 'vitest'
import { patience } from '../../metrics/patience.ts'
import { loadChecks } from '../load-checks.ts'
import { runChecks } from '../run-checks.ts'
import { CONTROLS } from './controls.ts'
import { FakeMailHost } from './mail-host.ts'

const checks = await loadChecks()

it('finds nothing at a host that does what it should', async () => {
  await using host = await FakeMailHost.start()
  const results = await runChecks(host.subject, checks)
  const others = results.filter(({ finding }) => finding.verdict !== 'ok')
  expect(others.map(({ check, finding }) => ({ id: check.id, ...finding }))).toEqual([])
})

it('has a control for each check', () => {
  const controlled = new Set(CONTROLS.flatMap(({ noticedBy }) => noticedBy))
  const ids = checks.map(({ id }) => id)
  expect(ids.filter((id) => !controlled.has(id))).toEqual([])
  expect([...controlled].filter((id) => !ids.includes(id))).toEqual([])
})

describe('notices a host that', () => {
  it.for(CONTROLS)('$flaw', async ({ flaws, noticedBy, silent }) => {
    await using host = await FakeMailHost.start(flaws)
    const results = await runChecks(
      host.subject,
      checks.filter(({ id }) => noticedBy.includes(id)),
      silent ? { waitMs: patience(500) } : {},
    )
    const missed = results.filter(({ finding }) => finding.verdict !== 'fault')
    expect(missed.map(({ check, finding }) => ({ id: check.id, ...finding }))).toEqual([])
  })
})
