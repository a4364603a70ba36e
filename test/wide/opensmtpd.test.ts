import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadChecks, runChecks } from '../../src/check/index.ts'
import type { AdoptedHost } from '../../src/targets/adopted/boot.ts'
import { decidingLine } from '../../src/targets/adopted/deciding-line.ts'
import { startVerdict } from '../../src/targets/adopted/start-verdict.ts'
import { adoptedSubject } from '../../src/targets/adopted/subject.ts'
import { type BootedSample, bootSample, sample } from '../adopted/boot-sample.ts'

let booted: BootedSample
let host: AdoptedHost
beforeAll(async () => {
  booted = await bootSample(await sample('opensmtpd'), 'trixie')
  host = booted.host
})
afterAll(() => booted?.close())

it('starts with all its ports', async () => {
  const { findings, starts, listening } = await startVerdict(host)
  expect(findings.filter(({ severity }) => severity === 'fault')).toEqual([])
  expect(starts).toBe(true)
  expect(listening.map(({ port }) => port)).toEqual(expect.arrayContaining([25, 587]))
})

it('tells its domains, its limit and its name', () => {
  expect(host.facts).toMatchObject({ host: 'mail.rain.example', sizeLimit: 20 << 20 })
  expect(host.facts.domains.map(({ name }) => name)).toEqual(['rain.example', 'mail.rain.example'])
})

it('is found to be the open relay that it is, by the rule that makes it one', async () => {
  const checks = (await loadChecks()).filter(({ id }) =>
    ['relay-refused', 'tls-smtp', 'unknown-is-refused'].includes(id),
  )
  const results = await runChecks(adoptedSubject(host), checks)
  const verdicts = Object.fromEntries(results.map(({ check, finding }) => [check.id, finding.verdict]))
  expect(verdicts).toEqual({ 'relay-refused': 'fault', 'tls-smtp': 'ok', 'unknown-is-refused': 'ok' })
  const [relay] = checks.filter(({ id }) => id === 'relay-refused')
  expect(decidingLine(relay?.settings ?? {}, { survey: host.adopted.survey, says: host.says, service: 'smtp' })).toBe(
    '/etc/smtpd.conf:13 match from any for any action out',
  )
})
