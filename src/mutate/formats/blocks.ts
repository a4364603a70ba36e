import type { Change } from '../change.ts'
import { flipped, openedNetworks, otherNumbers, withoutOne } from '../values.ts'

/** doveconf(1): a setting or a block is dropped, the opposite, empty, another number. */
export function blockChanges(text: string): Change[] {
  const lines = text.split('\n')
  const changes: Change[] = []
  const open: { name: string; line: number }[] = []
  for (const [index, line] of lines.entries()) {
    const number = index + 1
    const bare = line.trim()
    if (bare === '' || bare.startsWith('#') || bare.startsWith('!')) continue
    const block = open.map(({ name }) => name).join(' / ')
    if (/^\}/.test(bare)) {
      const ended = open.pop()
      if (!ended) continue
      changes.push({
        line: ended.line,
        count: number - ended.line + 1,
        lines: [],
        block: open.map(({ name }) => name).join(' / '),
        operator: 'drop-block',
        what: `the block ${ended.name} is dropped`,
      })
      continue
    }
    const [, opened] = /^([^{}#]+?)\s*\{\s*(?:#.*)?$/.exec(bare) ?? []
    if (opened !== undefined) {
      open.push({ name: opened.trim(), line: number })
      continue
    }
    const [, indent = '', name, value = ''] = /^(\s*)([^\s={}]+)\s*=\s*(.*?)\s*$/.exec(line) ?? []
    if (name !== undefined) changes.push(...settingChanges({ indent, name, value, line: number, block }))
  }
  return changes.sort((a, b) => a.line - b.line)
}

interface Setting {
  indent: string
  name: string
  value: string
  line: number
  block: string
}

/** Words, not paths, templates or sentences: what doveconf(1) takes for a list. */
const WORDS = /^[\w$+-]+(?:[ ,]+[\w$+-]+)+$/

function settingChanges({ indent, name, value, line, block }: Setting): Change[] {
  const place = { line, count: 1, block }
  const shown = block === '' ? name : `${name} of ${block}`
  const elements = WORDS.test(value) ? value.split(/[ ,]+/) : []
  const changed = [
    ...flipped(value),
    ...otherNumbers(value),
    ...(value === '' || /^(?:yes|no|\d+)$/.test(value) ? [] : [{ value: '', operator: 'empty', what: 'is empty' }]),
    ...withoutOne(elements, value.includes(',') ? ', ' : ' '),
    ...openedNetworks(value),
  ]
  return [
    { ...place, lines: [], operator: 'drop-parameter', what: `${shown} is dropped: back to its default` },
    ...changed.map(({ value: other, operator, what }) => ({
      ...place,
      lines: [`${indent}${name} = ${other}`.trimEnd()],
      operator,
      what: `${shown} ${what}`,
    })),
  ]
}
