import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { runCampaign } from './campaign.ts'
import { documentOfMutation } from './document.ts'
import { joinMutations } from './join.ts'
import type { Mutant } from './mutant.ts'
import type { MutantVerdict } from './verdict.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailrig-'))
})
afterEach(() => rm(folder, { recursive: true }))

const mutants = Array.from({ length: 7 }, (_, index): Mutant => {
  const place = { server: 'x', path: '/etc/x.cf', line: index + 1 }
  return { id: `m${index}`, ...place, operator: 'flip', text: `line ${index}`, before: 'a', after: 'b' }
})
const verdicts: readonly MutantVerdict[] = [
  { verdict: 'noticed', by: 't', because: 'e' },
  { verdict: 'survived', ran: 2 },
  { verdict: 'equivalent' },
]

async function documentOf(shard?: { index: number; count: number }) {
  const attempt = async ({ line }: Mutant) => verdicts[line % verdicts.length]
  const tried = await runCampaign({ mutants, lanes: 1, shard, attempt })
  const files = [{ server: 'x', path: '/etc/x.cf', text: 'a', mutants: [] }]
  return documentOfMutation({
    target: 'x-r',
    noun: 'test',
    tests: ['a.smtp'],
    shard,
    commit: 'abc',
    durationMs: 1,
    files,
    tried,
  })
}

async function written(index: number, count = 2, own: object = {}): Promise<string> {
  const path = join(folder, `${index}-${count}.json`)
  await writeFile(path, JSON.stringify({ ...(await documentOf({ index, count })), ...own }))
  return path
}

it('makes of the shards what the whole had made', async () => {
  const whole = await documentOf()
  expect(await joinMutations([await written(2), await written(1)])).toEqual(whole)
  expect(whole.score.untried).toBe(0)
})

it('refuses shards that are missing, of another run, or none', async () => {
  await expect(joinMutations([await written(1)])).rejects.toMatchObject({ code: 'SHARD_MISSING', exitCode: 2 })
  const paths = [await written(1), await written(2, 2, { tests: ['b.smtp'] })]
  await expect(joinMutations(paths)).rejects.toMatchObject({ code: 'SHARD_FOREIGN' })
  await writeFile(join(folder, 'whole.json'), JSON.stringify(await documentOf()))
  await expect(joinMutations([join(folder, 'whole.json')])).rejects.toMatchObject({ code: 'BAD_RUN' })
  await expect(joinMutations([join(folder, 'none.json')])).rejects.toMatchObject({ code: 'NO_RUN' })
})
