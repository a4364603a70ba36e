import { drawing, element } from './dom.js'
import { toneOf } from './words.js'

/** @typedef {import('./types.d.ts').JourneyStep} JourneyStep */

const MOST_STEPS = 300
const TIME_WIDTH = 90
const COLUMN = 290
/** Above an arrow stands its label, in as many lines as it needs. */
const ARROW = 16
const LINE = 14
const HEAD = 40
/** Letters of a label that fit between two life lines. */
const LETTERS = 40
/** What a server does alone stands right of the bend. */
const BEND = 32
const LETTERS_BESIDE_BEND = 36
/** There the diagram would be cut: the list is shown instead. The style knows the same width. */
const NARROW = '(max-width: 44rem)'

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
  const alone = steps.some(({ from, to }) => from === to && from === participants.at(-1))
  const width = TIME_WIDTH + COLUMN * Math.max(1, participants.length - 1) + (alone ? COLUMN : 0) + 110
  const rows = steps.map((step) => ({
    step,
    label: wrapped(step.label, step.from === step.to ? LETTERS_BESIDE_BEND : LETTERS),
  }))
  const height = HEAD + rows.reduce((sum, { label }) => sum + heightOf(label), ARROW)
  const x = (/** @type {string} */ name) => TIME_WIDTH + 50 + COLUMN * participants.indexOf(name)
  const picture = drawing('svg', { width, height, viewBox: `0 0 ${width} ${height}`, 'aria-hidden': 'true' })
  for (const name of participants) {
    picture.append(
      drawing('line', { class: 'life', x1: x(name), x2: x(name), y1: HEAD - 8, y2: height }),
      drawing('text', { class: 'name', x: x(name), y: 20, 'text-anchor': 'middle' }, name),
    )
  }
  let y = HEAD
  for (const { step, label } of rows) {
    y += heightOf(label)
    picture.append(arrow(step, label, y, x, start))
  }
  const left = journey.length - steps.length
  const narrow = matchMedia(NARROW)
  const list = element(
    'details',
    { class: 'steps', open: narrow.matches },
    element('summary', {}, `The ${steps.length} steps as a list`),
    stepList(steps, start),
  )
  narrow.addEventListener('change', ({ matches }) => {
    list.open = matches
  })
  return element(
    'div',
    {},
    element('div', { class: 'diagram', role: 'region', 'aria-label': 'Sequence diagram', tabindex: 0 }, picture),
    left > 0 ? element('p', { class: 'hint' }, `${left} more steps are in the transcripts below.`) : undefined,
    list,
  )
}

/** @param {readonly string[]} label */
function heightOf(label) {
  return ARROW + LINE * label.length
}

/**
 * The text in lines of so many letters at most, broken at spaces where there are any.
 *
 * @param {string} text
 * @param {number} letters
 */
function wrapped(text, letters) {
  /** @type {string[]} */
  const lines = []
  let rest = text
  while (rest.length > letters) {
    const space = rest.lastIndexOf(' ', letters)
    const end = space > 0 ? space : letters
    lines.push(rest.slice(0, end))
    rest = rest.slice(end).trimStart()
  }
  return [...lines, rest]
}

/**
 * @param {JourneyStep} step
 * @param {readonly string[]} lines The label.
 * @param {number} y
 * @param {(name: string) => number} x
 * @param {number} start
 */
function arrow({ at, from, to, label, detail, wrong }, lines, y, x, start) {
  const [x1, x2] = [x(from), x(to)]
  const forward = x2 >= x1
  const tip = forward ? -7 : 7
  // What a server does alone bends back to its own line.
  const path = x1 === x2 ? `M${x1} ${y - 8}h26v8h-26l7 -4m-7 4l7 4` : `M${x1} ${y}H${x2}l${tip} -4M${x2} ${y}l${tip} 4`
  const left = x1 === x2 ? x1 + BEND : Math.min(x1, x2) + 8
  return drawing(
    'g',
    { class: wrong ? 'wrong' : undefined },
    drawing('title', {}, [`${from} → ${to}: ${label}`, ...(detail ? [detail] : [])].join('\n')),
    drawing('text', { class: 'time', x: 0, y: y + 4 }, sinceStart(at, start)),
    drawing('path', { class: toneOfStep({ from, label, wrong }), d: path }),
    ...lines.map((line, index) => drawing('text', { x: left, y: y - 5 - LINE * (lines.length - 1 - index) }, line)),
  )
}

/** @param {Pick<JourneyStep, 'from' | 'label' | 'wrong'>} step */
function toneOfStep({ from, label, wrong }) {
  if (wrong) return 'bad'
  return /^\d{3}\b/.test(label) ? toneOf(label) : from === 'client' ? 'client' : ''
}

/**
 * @param {readonly JourneyStep[]} steps
 * @param {number} start
 */
function stepList(steps, start) {
  return element(
    'ol',
    {},
    ...steps.map(({ at, from, to, label, detail, wrong }) =>
      element(
        'li',
        {},
        element('span', { class: 'time' }, sinceStart(at, start)),
        ` ${from === to ? from : `${from} → ${to}`} `,
        element('span', { class: toneOfStep({ from, label, wrong }) || undefined }, label),
        detail ? element('small', {}, ` ${detail}`) : undefined,
      ),
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
