import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { checksPage } from '../../scripts/write-checks-page.ts'
import { loadChecks } from '../../src/check/load-checks.ts'
import { ROOT } from '../run-command.ts'

it('docs/checks.md is what the checks say', async () => {
  const page = await readFile(join(ROOT, 'docs/checks.md'), 'utf8')
  expect(page === (await checksPage()), 'docs/checks.md is stale: run `npm run docs`').toBe(true)
})

it('each check says why it matters in two sentences, and where that is written', async () => {
  const checks = await loadChecks()
  expect(checks.length).toBeGreaterThanOrEqual(60)
  for (const { id, title, reason, source } of checks) {
    expect(id, id).toMatch(/^[a-z0-9.]+(?:-[a-z0-9.]+)*$/)
    expect(reason.match(/[.?](?= |$)/g)?.length, `${id}: ${reason}`).toBeGreaterThanOrEqual(2)
    expect(source, id).toMatch(/RFC \d|\(\d\)|CVE-|README|Dovecot|postconf/)
    expect(title, id).not.toMatch(/\.$/)
  }
})
