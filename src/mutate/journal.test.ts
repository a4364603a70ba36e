import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Journal } from './journal.ts'
import type { Mutant } from './mutant.ts'

const mutant = { id: 'a' } as Mutant

it('knows again what it was told for the same parts, after a line that was cut off, and not for others', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mailrig-journal-'))
  try {
    const first = await Journal.open(folder, ['test', 'text'])
    await first.add({ mutant, result: { verdict: 'survived', ran: 2 } })
    await appendFile(first.path, '{"id":"b","res')
    const again = await Journal.open(folder, ['test', 'text'])
    expect([...again.known]).toEqual([['a', { verdict: 'survived', ran: 2 }]])
    expect((await Journal.open(folder, ['test', 'other text'])).known.size).toBe(0)
    expect((await Journal.open(folder, ['test', 'text'], true)).known.size).toBe(0)
    expect((await Journal.open(folder, ['test', 'text'])).known.size).toBe(0)
  } finally {
    await rm(folder, { recursive: true })
  }
})
