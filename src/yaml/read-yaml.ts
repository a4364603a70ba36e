import { isMap, isNode, isPair, LineCounter, type Node, parseDocument } from 'yaml'
import type { Place, PlacedProblem } from './place.ts'

/** YAML, and where each part of it stands in its file. */
export interface PlacedYaml {
  value: unknown
  problems: PlacedProblem[]
  /** Of the value with this path, or of the nearest one around it. */
  placeOf(path: readonly PropertyKey[]): Place
  /** Of the key of a mapping, rather than of its value. */
  placeOfKey(path: readonly PropertyKey[]): Place
}

/** @param first the number of its first line in the file */
export function readYaml(text: string, first: number): PlacedYaml {
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, uniqueKeys: true, merge: true })
  const placeAt = (offset: number): Place => {
    const { line, col } = counter.linePos(offset)
    // Past the end of an empty text there is no line.
    return { line: first + Math.max(line, 1) - 1, column: Math.max(col, 1) }
  }
  const problems = firsts(document.errors).map((error) => ({
    place: placeAt(error.pos[0]),
    message: `found YAML that cannot be read: ${error.message}`,
  }))
  const found = { value: undefined as unknown }
  if (problems.length === 0) {
    try {
      const value: unknown = document.toJS({ maxAliasCount: 100 })
      if (holdsItself(value)) problems.push({ place: { line: first, column: 1 }, message: CYCLE })
      else found.value = value
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      problems.push({ place: { line: first, column: 1 }, message: `found YAML that cannot be read: ${message}` })
    }
  }
  const start = (node: Node | null | undefined) => (node?.range ? placeAt(node.range[0]) : undefined)
  return {
    ...found,
    problems,
    placeOf(path) {
      let node: unknown = document.contents
      let place = start(document.contents) ?? { line: first, column: 1 }
      for (const key of path) {
        const next = childOf(node, key)
        if (!isNode(next)) break
        node = next
        place = start(next) ?? place
      }
      return place
    },
    placeOfKey(path) {
      const parent = path.slice(0, -1).reduce<unknown>(childOf, document.contents)
      const key = pairOf(parent, path.at(-1))?.key
      return (isNode(key) ? start(key) : undefined) ?? this.placeOf(path)
    },
  }
}

const CYCLE = 'found an alias within its own anchor, expected values that come to an end'

function holdsItself(value: unknown, around: readonly unknown[] = []): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (around.includes(value)) return true
  return Object.values(value).some((one) => holdsItself(one, [...around, value]))
}

/** One fault makes the reader stumble again and again: of the same place, and of the same message, the first counts. */
function firsts<E extends { message: string; pos: [number, number] }>(errors: readonly E[]): E[] {
  return errors.filter(
    ({ message, pos }, index) =>
      !errors.slice(0, index).some((before) => before.message === message || before.pos[0] === pos[0]),
  )
}

function pairOf(node: unknown, key: PropertyKey | undefined) {
  if (!isMap(node)) return undefined
  return node.items.find(
    (pair) => isPair(pair) && String(isNode(pair.key) ? pair.key.toJSON() : pair.key) === String(key),
  )
}

function childOf(node: unknown, key: PropertyKey): unknown {
  if (isMap(node)) return pairOf(node, key)?.value
  if (typeof node === 'object' && node !== null && 'items' in node && Array.isArray(node.items)) {
    return node.items[Number(key)]
  }
  return undefined
}
