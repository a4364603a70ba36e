import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { costIn, durationsFor } from './durations.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailrig-'))
})
afterEach(() => rm(folder, { recursive: true }))

const some = (ms: number) => ({ format: 1 as const, projects: { 'exim-trixie': { 'a.smtp': ms } } })

describe('durationsFor', () => {
  it('takes those that were named, before those of the last run, before none', async () => {
    expect(await durationsFor(folder, {})).toEqual({ format: 1, projects: {} })
    await mkdir(join(folder, '.mailrig'))
    await writeFile(join(folder, '.mailrig/durations.json'), JSON.stringify(some(1)))
    expect(await durationsFor(folder, {})).toEqual(some(1))
    await writeFile(join(folder, 'named.json'), JSON.stringify(some(2)))
    expect(await durationsFor(folder, { MAILRIG_DURATIONS: join(folder, 'named.json') })).toEqual(some(2))
  })

  it.each([
    ['is not there', undefined, 'cannot read'],
    ['is cut short', '{"format":1,', 'has no durations'],
    ['is something else', '{"format":1,"projects":[]}', 'has no durations'],
    ['has times that are none', JSON.stringify(some(-1)), 'has no durations'],
  ])('refuses a file that %s', async (_, text, message) => {
    const path = join(folder, 'named.json')
    if (text !== undefined) await writeFile(path, text)
    await expect(durationsFor(folder, { MAILRIG_DURATIONS: path })).rejects.toThrow(
      expect.objectContaining({ code: 'DURATIONS_FILE', exitCode: 2, message: expect.stringContaining(message) }),
    )
  })
})

it('takes for a file that was not measured what is likely', () => {
  const cost = costIn({
    format: 1,
    projects: { 'exim-trixie': { 'a.smtp': 100, 'b.smtp': 700 }, 'postfix-trixie': { 'a.smtp': 100 } },
  })
  expect(cost('exim-trixie', 'b.smtp'), 'measured').toBe(750)
  expect(cost('postfix-trixie', 'b.smtp'), 'as elsewhere').toBe(750)
  expect(cost('postfix-trixie', 'c.smtp'), 'as files are').toBe(350)
  const unknown = costIn({ format: 1, projects: {} })
  expect(unknown('a', 'a'), 'by count').toBe(unknown('b', 'b'))
})
