import { expect, it } from 'vitest'
import { z } from 'zod'
import { journalEntryJsonSchema, runJsonSchema } from './json-schema.ts'
import { runOf, testRun } from './test-run.ts'

const asPublished = (schema: object) => z.fromJSONSchema(JSON.parse(JSON.stringify(schema)))

it.each([
  ['run', runJsonSchema()],
  ['run-line', journalEntryJsonSchema()],
])('the schema of a %s is what docs/schemas has; `npx vitest run -u` writes it', async (name, schema) => {
  await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(`../../docs/schemas/${name}.schema.json`)
})

it('holds for the document of a run, and not for what is none', () => {
  const schema = asPublished(runJsonSchema())
  const run = runOf({ 'exim-trixie': [testRun({ observations: [{ name: 'reply', value: '250' }] })] })
  expect(schema.safeParse(JSON.parse(JSON.stringify(run)))).toMatchObject({ success: true })
  expect(schema.safeParse({ ...run, format: 2 }).success).toBe(false)
  expect(schema.safeParse({ ...run, projects: [] }).success).toBe(false)
  expect(schema.safeParse(runOf({ 'exim-trixie': [testRun({ state: 'green' as never })] })).success).toBe(false)
})

it('holds for a line of a run under way, and not for what is none', () => {
  const schema = asPublished(journalEntryJsonSchema())
  const line = { project: 'exim-trixie', file: 'a.scenario.ts', id: '1', test: testRun() }
  expect(schema.safeParse(line).success).toBe(true)
  expect(schema.safeParse({ ...line, id: 1 }).success).toBe(false)
})
