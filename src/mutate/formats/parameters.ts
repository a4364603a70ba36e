import type { Change } from '../change.ts'
import { type ChangedValue, flipped, openedNetworks, otherNumbers, swappedNeighbours, withoutOne } from '../values.ts'
import { logicalLines } from './logical-lines.ts'

/** A parameter with the lines it stands in (postconf(5)). */
interface Parameter {
  name: string
  value: string
  line: number
  count: number
}

/** Parameters whose value is a list, by what their names end in. */
const LISTS =
  /_(?:restrictions|maps|domains|networks|interfaces|protocols|recipients|milters|options|classes|clients|hosts|ciphers|features|checks|list|fields|headers|keywords|addresses|reply_filter)$|^(?:mynetworks|mydestination|inet_interfaces|inet_protocols|notify_classes|relay_domains)$/
const ORDERED = /_restrictions$/
/** Restrictions that take the next word with them (postconf(5)). */
const TAKES_A_WORD = /^(?:check_\w+|reject_rbl_client|reject_rhsbl_\w+|permit_dnswl_client|permit_rhswl_client|sleep)$/

/** `name = value`: back to the default, the opposite, a shorter list, another order, another number, a wider network. */
export function parameterChanges(text: string): Change[] {
  return parametersIn(text).flatMap(({ name, value, line, count }): Change[] => {
    const place = { line, count, block: '' }
    return [
      { ...place, lines: [], operator: 'drop-parameter', what: `${name} is dropped: back to its default` },
      ...changedValues(name, value).map(({ value: other, operator, what }) => ({
        ...place,
        lines: [`${name} = ${other}`.trimEnd()],
        operator,
        what: `${name} ${what}`,
      })),
    ]
  })
}

function changedValues(name: string, value: string): ChangedValue[] {
  const elements = LISTS.test(name) ? elementsOf(value) : []
  const separator = value.includes(',') ? ', ' : ' '
  return [
    ...flipped(value),
    ...otherNumbers(value),
    ...(elements.length > 0 ? [{ value: '', operator: 'empty', what: 'is empty' }] : []),
    ...withoutOne(elements, separator),
    ...(ORDERED.test(name) ? [...swappedNeighbours(elements, ', '), ...permitsAll(elements)] : []),
    ...openedNetworks(value),
  ]
}

/** Where the last restriction refuses, none comes to it. Postfix does not start where the last is gone, or `permit` stands before it. */
const ALL = 'check_client_access static:OK'

function permitsAll(elements: readonly string[]): ChangedValue[] {
  const last = elements.at(-1) ?? ''
  if (!/^(?:reject|defer)/.test(last)) return []
  const value = [...elements.slice(0, -1), ALL, last].join(', ')
  return [{ value, operator: 'permit', what: `permits all before ${last}` }]
}

function elementsOf(value: string): string[] {
  if (value.includes(',') && !value.includes('{')) {
    return value
      .split(',')
      .map((one) => one.trim())
      .filter(Boolean)
  }
  const elements: string[] = []
  for (const word of value.match(/\{[^}]*\}|\S+/g) ?? []) {
    const last = elements.at(-1)
    if (last !== undefined && TAKES_A_WORD.test(last)) elements.splice(-1, 1, `${last} ${word}`)
    else elements.push(word)
  }
  return elements
}

function parametersIn(text: string): Parameter[] {
  return logicalLines(text).flatMap(({ text: said, line, count }) => {
    const [, name, value] = /^([^\s=]+)\s*=\s*(.*)$/.exec(said) ?? []
    return name === undefined || value === undefined ? [] : [{ name, value, line, count }]
  })
}
