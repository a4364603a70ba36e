import { element } from './dom.js'
import { errorBlock, section } from './parts.js'
import { duration, messageOf, SIGNS } from './words.js'

/**
 * @typedef {import('./types.d.ts').PageScenario} PageScenario
 * @typedef {import('./types.d.ts').ScenarioEvidence} ScenarioEvidence
 * @typedef {import('./types.d.ts').Open} Open
 */

/** Lines of an error that tell what it is about. */
const FIRST_LINES = 5

/** @type {readonly import('./types.d.ts').State[]} */
const ORDER = ['failed', 'not-run', 'passed', 'unsupported', 'skipped']

/**
 * A whole file on one server: what went wrong outside its tests, then the tests, those that failed first.
 *
 * @param {PageScenario} scenario
 * @param {number} project
 * @param {ScenarioEvidence | undefined} evidence
 * @param {Open} open
 * @param {(open: Open) => void} go Opens a test.
 * @returns {Node[]}
 */
export function fileView({ tests }, project, evidence, open, go) {
  const own = evidence?.cells[`-1/${project}`]
  const items = tests.flatMap(({ name, cells }, index) => {
    const cell = cells[project]
    if (!cell) return []
    const found = evidence?.cells[`${index}/${project}`]
    return [{ cell, item: testItem(name, cell, found, () => go({ ...open, test: name })) }]
  })
  const sorted = ORDER.flatMap((state) => items.filter(({ cell }) => cell.state === state))
  return [
    ...(own?.errors ?? []).flatMap((error, index) =>
      section('What went wrong outside the tests', ...errorBlock(error, own?.places?.[index])),
    ),
    ...(sorted.length === 0
      ? []
      : section('Tests', element('ul', { class: 'tests' }, ...sorted.map(({ item }) => item)))),
  ]
}

/**
 * @param {string} name
 * @param {import('./types.d.ts').PageCell} cell
 * @param {import('./types.d.ts').CellEvidence | undefined} found
 * @param {() => void} onOpen
 */
function testItem(name, { state, ms, why }, found, onOpen) {
  const button = element('button', { type: 'button', class: 'link' }, `${SIGNS[state]} ${name}`)
  button.addEventListener('click', onOpen)
  const head = [element('span', { class: state }, button), element('small', {}, ` ${state}, ${duration(ms)}`)]
  if (state !== 'failed') return element('li', {}, ...head, ...(why ? [element('p', { class: 'hint' }, why)] : []))
  const errors = found?.errors ?? (why ? [why] : [])
  return element(
    'li',
    {},
    ...head,
    ...errors.flatMap((error, index) => errorBlock(firstLines(messageOf(error)), found?.places?.[index]?.slice(0, 1))),
  )
}

/** @param {string} text */
function firstLines(text) {
  const lines = text.split('\n')
  return lines.length <= FIRST_LINES ? text : [...lines.slice(0, FIRST_LINES), '…'].join('\n')
}
