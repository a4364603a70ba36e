import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ROOT } from '../run-command.ts'

/** Words of the glossary that everybody knows in the sense the README uses them in. */
const EVERYDAY = [
  'check',
  'container engine',
  'event',
  'image',
  'load',
  'play',
  'project',
  'release',
  'report',
  'run',
  'sample',
  'session',
  'wait',
]

const glossary = await readFile(join(ROOT, 'docs/glossary.md'), 'utf8')
const [, own = '', trade = ''] = glossary.split(/^## .*$/m)

function wordsOf(table: string): { word: string; sentence: string }[] {
  return [...table.matchAll(/^\| (?!word |---)([^|]+) \| ([^|]+) \|$/gm)].map(([, word = '', sentence = '']) => ({
    word,
    sentence,
  }))
}

it('explains each word in one sentence, in the order of the alphabet', () => {
  for (const table of [own, trade]) {
    const words = wordsOf(table)
    expect(words.length).toBeGreaterThan(15)
    const names = words.map(({ word }) => word)
    expect(names).toEqual(names.toSorted((a, b) => a.localeCompare(b, 'en')))
    for (const { word, sentence } of words) {
      const plain = sentence.replaceAll(/`[^`]*`|\d\.\d\.\d/g, 'X')
      expect(plain, word).toMatch(/^[A-Z][^.]*\.$/)
    }
  }
})

it('the README explains each of mailrig’s words, and smarthost, where it uses it first', async () => {
  const readme = await readFile(join(ROOT, 'README.md'), 'utf8')
  const prose = readme.replaceAll(/^```.*?^```$/gms, '').replaceAll(/`[^`]*`/g, '')
  const words = [...wordsOf(own).map(({ word }) => word), 'smarthost'].filter((word) => !EVERYDAY.includes(word))
  const used = words.filter((word) => new RegExp(`\\b${word}`, 'i').test(prose))
  expect(used, 'words that the README uses').toEqual(
    expect.arrayContaining(['topology', 'rig', 'upstream', 'scenario']),
  )
  for (const word of used) {
    const first = new RegExp(`\\*?\\b${word}s?\\b\\*?`, 'i').exec(prose)?.[0] ?? ''
    expect(first, `the first "${word}" stands between asterisks, where it is explained`).toMatch(/^\*.*\*$/)
  }
})
