import { expect, it } from 'vitest'
import type { Mutation } from '../servers/mutation.ts'
import { documentOfMutation, mutantsIn, shownFiles } from './document.ts'
import { mutationPage } from './page.ts'
import { mutationTable } from './table.ts'
import type { MutantVerdict } from './verdict.ts'

const mutation: Mutation = { formatOf: () => 'parameters' }
const of = () => mutation
const PATH = '/etc/x.cf'
const files = [
  { server: 'x', path: PATH, content: 'biff = yes\n' },
  { server: 'x', path: PATH, content: '# <b>\nbiff = yes\nsize = 1\n' },
  { server: 'x', path: PATH, content: 'size = 1\n' },
  { server: 'x', path: PATH, content: 'other = yes\n' },
]
const found = mutantsIn(files, of)
const mutants = [...found.values()].map(({ mutant }) => mutant)
const plain = { survived: (text: string) => text, faint: (text: string) => text }

/** The first two are noticed and survive; the others were not tried. */
function document() {
  const results: MutantVerdict[] = [
    { verdict: 'noticed', by: 'a.smtp: a', because: '<came>' },
    { verdict: 'survived', ran: 1 },
  ]
  return documentOfMutation({
    target: 'x-r',
    noun: 'test',
    tests: ['a.smtp'],
    ended: 'budget',
    durationMs: 1,
    files: shownFiles(files, of, new Set(found.keys())),
    tried: mutants.map((mutant, index) => ({ mutant, result: results[index] ?? { verdict: 'untried' } })),
  })
}

it('has each mutant once, with the files that hold it', () => {
  expect(mutants.map(({ text }) => text)).toEqual([
    '/etc/x.cf:1 biff is dropped: back to its default',
    '/etc/x.cf:1 biff is no, not yes',
    '/etc/x.cf:3 size is dropped: back to its default',
    '/etc/x.cf:3 size is 2, not 1',
    '/etc/x.cf:3 size is 0, not 1',
    '/etc/x.cf:1 other is dropped: back to its default',
    '/etc/x.cf:1 other is no, not yes',
  ])
  expect([...found.values()].map((one) => one.files.length)).toEqual([2, 2, 2, 2, 2, 1, 1])
})

it('shows as few texts as have all mutants', () => {
  expect(document().files.map(({ text }) => text)).toEqual(['# <b>\nbiff = yes\nsize = 1\n', 'other = yes\n'])
})

it('prints survivors first, a line for each file, the score, and why some were not tried', () => {
  expect(mutationTable(document(), plain)).toBe(`survived /etc/x.cf:1 biff is no, not yes (1 test ran with it)

file         noticed  survived  equivalent  refused  not tried  score
x /etc/x.cf        1         1           0        0          5   50 %

x-r: 50 %: 1 of 2 mutants noticed; 0 equivalent, 0 refused, 5 not tried
5 mutants were not tried: the budget was used up. The same command goes on.
`)
})

it('colours a line by its worst mutant, and escapes what comes from outside', async () => {
  const page = await mutationPage(document())
  expect(page).toContain('<details class="survived"><summary><span class="number">2</span>biff = yes</summary>')
  expect(page).toContain('<details class="untried"><summary><span class="number">3</span>size = 1</summary>')
  expect(page).toContain('by a.smtp: a: &lt;came&gt;')
  expect(page).toContain('# &lt;b&gt;')
  expect(page).not.toMatch(/<script|https?:/)
})
