import { drawing, element } from './dom.js'
import { toneOf } from './words.js'

/** @typedef {import('./types.d.ts').JourneyStep} JourneyStep */

const MOST_STEPS = 300
const TIME_WIDTH = 90
const COLUMN = 290
const ROW = 30
const HEAD = 40
/** Letters of a label that fit between two life lines. */
const LETTERS = 40

/**
 * What happened as a sequence diagram, time going down; and as a list, for those who do not see it.
 *
 * @param {readonly JourneyStep[]} journey
 * @param {readonly string[]} names Participants that come first, in this order.
 */
export function sequenceDiagram(journey, names) {
  const steps = journey.slice(0, MOST_STEPS)
  const all = [...new Set([...names, ...steps.flatMap(({ from, to }) => [from, to])])]
  const participants = all.filter((name) => steps.some(({ from, to }) => from === name || to === name))
  const start = steps[0]?.at ?? 0
  const width = TIME_WIDTH + COLUMN * Math.max(1, participants.length - 1) + 150
  const height = HEAD + ROW * (steps.length + 1)
  const x = (/** @type {string} */ name) => TIME_WIDTH + 50 + COLUMN * participants.indexOf(name)
  const picture = drawing('svg', { width, height, viewBox: `0 0 ${width} ${height}`, 'aria-hidden': 'true' })
  for (const name of participants) {
    picture.append(
      drawing('line', { class: 'life', x1: x(name), x2: x(name), y1: HEAD - 8, y2: height }),
      drawing('text', { class: 'name', x: x(name), y: 20, 'text-anchor': 'middle' }, name),
    )
  }
  for (const [index, step] of steps.entries()) picture.append(arrow(step, HEAD + ROW * (index + 1) - 8, x, start))
  const left = journey.length - steps.length
  return element(
    'div',
    {},
    element('div', { class: 'diagram', role: 'region', 'aria-label': 'Sequence diagram', tabindex: 0 }, picture),
    left > 0 ? element('p', { class: 'hint' }, `${left} more steps are in the transcripts below.`) : undefined,
    element('details', {}, element('summary', {}, `The ${steps.length} steps as a list`), stepList(steps, start)),
  )
}

/**
 * @param {JourneyStep} step
 * @param {number} y
 * @param {(name: string) => number} x
 * @param {number} start
 */
function arrow({ at, from, to, label, detail }, y, x, start) {
  const [x1, x2] = [x(from), x(to)]
  const forward = x2 >= x1
  const tone = /^\d{3}\b/.test(label) ? toneOf(label) : from === 'client' ? 'client' : ''
  const text = label.length <= LETTERS ? label : `${label.slice(0, LETTERS - 1)}…`
  const tip = forward ? -7 : 7
  // What a server does alone bends back to its own line.
  const path = x1 === x2 ? `M${x1} ${y - 8}h26v8h-26l7 -4m-7 4l7 4` : `M${x1} ${y}H${x2}l${tip} -4M${x2} ${y}l${tip} 4`
  return drawing(
    'g',
    {},
    drawing('title', {}, [`${from} → ${to}: ${label}`, ...(detail ? [detail] : [])].join('\n')),
    drawing('text', { class: 'time', x: 0, y: y + 4 }, sinceStart(at, start)),
    drawing('path', { class: tone, d: path }),
    drawing('text', { x: x1 === x2 ? x1 + 32 : Math.min(x1, x2) + 8, y: y - 5 }, text),
  )
}

/**
 * @param {readonly JourneyStep[]} steps
 * @param {number} start
 */
function stepList(steps, start) {
  return element(
    'ol',
    {},
    ...steps.map(({ at, from, to, label, detail }) =>
      element('li', {}, `${sinceStart(at, start)} ${from} → ${to}: ${label}${detail ? ` (${detail})` : ''}`),
    ),
  )
}

/**
 * @param {number} at
 * @param {number} start
 */
function sinceStart(at, start) {
  return `+${(at - start).toFixed(0)} ms`
}
