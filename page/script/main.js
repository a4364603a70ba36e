import { BehaviourTables } from './behaviour.js'
import { byId, element } from './dom.js'
import { evidenceView } from './evidence.js'
import { Grid } from './grid.js'
import { summaryOf } from './summary.js'
import { addressOf, readView } from './view.js'
import { SIGNS } from './words.js'

/**
 * @typedef {import('./types.d.ts').PageData} PageData
 * @typedef {import('./types.d.ts').View} View
 */

/** @type {PageData} */
const data = JSON.parse(byId('data', HTMLScriptElement).textContent ?? '')
const dialog = byId('evidence', HTMLDialogElement)
const search = byId('search', HTMLInputElement)
const behaviourSearch = byId('behaviour-search', HTMLInputElement)
const behaviourDiffers = byId('behaviour-differs', HTMLSelectElement)
const tabs = {
  matrix: byId('tab-matrix', HTMLButtonElement),
  behaviour: byId('tab-behaviour', HTMLButtonElement),
}

let view = readView()
/** @type {BehaviourTables | undefined} */
let behaviour

byId('summary', HTMLUListElement).append(...summaryOf(data).map((line) => element('li', {}, ...line)))
const grid = new Grid(byId('grid', HTMLTableElement), data, (open) => change({ open }, { stay: false }))
const stateBoxes = boxes('states', Object.keys(SIGNS), (withoutStates) => change({ withoutStates }))
const serverBoxes = boxes(
  'servers',
  data.projects.map(({ name }) => name),
  (withoutServers) => change({ withoutServers }),
)

search.addEventListener('input', () => change({ search: search.value }))
behaviourSearch.addEventListener('input', () => change({ search: behaviourSearch.value }))
behaviourDiffers.addEventListener('change', () => change({ differs: behaviourDiffers.value }))
for (const name of ['filters', 'behaviour-filters']) {
  byId(name, HTMLFormElement).addEventListener('submit', (event) => event.preventDefault())
}
for (const name of /** @type {const} */ (['matrix', 'behaviour'])) {
  tabs[name].addEventListener('click', () => change({ tab: name }, { stay: false }))
  tabs[name].addEventListener('keydown', ({ key }) => {
    if (key !== 'ArrowLeft' && key !== 'ArrowRight') return
    const other = name === 'matrix' ? 'behaviour' : 'matrix'
    change({ tab: other }, { stay: false })
    tabs[other].focus()
  })
}
dialog.addEventListener('cancel', (event) => {
  event.preventDefault()
  change({ open: undefined }, { stay: false })
})
dialog.addEventListener('click', (event) => {
  // A click beside the content lands on the dialog itself.
  if (event.target === dialog) change({ open: undefined }, { stay: false })
})
addEventListener('hashchange', () => {
  view = readView()
  show()
})
show()

/**
 * Changes the view and its address.
 *
 * @param {Partial<View>} changes
 * @param {{ stay: boolean }} [history] Whether the way back leads to the view before this one: not for each letter typed.
 */
function change(changes, { stay } = { stay: true }) {
  const closed = view.open
  view = { ...view, ...changes }
  if (stay) history.replaceState(null, '', addressOf(view))
  else history.pushState(null, '', addressOf(view))
  show()
  if (closed && !view.open) grid.focus(closed)
}

function show() {
  for (const name of /** @type {const} */ (['matrix', 'behaviour'])) {
    const chosen = view.tab === name
    tabs[name].setAttribute('aria-selected', String(chosen))
    tabs[name].tabIndex = chosen ? 0 : -1
    byId(name, HTMLElement).hidden = !chosen
  }
  if (view.tab === 'matrix') showMatrix()
  else showBehaviour()
  void showEvidence()
}

function showMatrix() {
  if (search.value !== view.search) search.value = view.search
  for (const [name, box] of stateBoxes) box.checked = !view.withoutStates.has(name)
  for (const [name, box] of serverBoxes) box.checked = !view.withoutServers.has(name)
  const { tests, all } = grid.show(view)
  byId('count', HTMLElement).textContent = tests === all ? `${all} tests` : `${tests} of ${all} tests`
}

function showBehaviour() {
  behaviour ??= new BehaviourTables(byId('behaviour-tables', HTMLElement), data)
  if (behaviourSearch.value !== view.search) behaviourSearch.value = view.search
  behaviourDiffers.value = view.differs
  const { shown, all } = behaviour.show(view)
  byId('behaviour-count', HTMLElement).textContent = shown === all ? `${all} rows` : `${shown} of ${all} rows`
}

async function showEvidence() {
  const { open } = view
  if (!open) {
    if (dialog.open) dialog.close()
    return
  }
  const content = await evidenceView(data, open, (next) => change({ open: next }, { stay: false }))
  // Something else was asked for meanwhile.
  if (view.open !== open) return
  dialog.replaceChildren(...(content ?? nothingThere()))
  if (!dialog.open) dialog.showModal()
  dialog.scrollTop = 0
  byId('evidence-title', HTMLElement).focus()
}

function nothingThere() {
  const close = element('button', { type: 'button', class: 'button' }, 'Close')
  close.addEventListener('click', () => change({ open: undefined }, { stay: false }))
  return [
    element(
      'div',
      { class: 'evidence-head' },
      element('h2', { id: 'evidence-title', tabindex: -1 }, 'Not in this run'),
      close,
    ),
    element('p', {}, 'The address names a test that this run does not have.'),
  ]
}

/**
 * A box to tick for each name; what is not ticked is left out.
 *
 * @param {string} id
 * @param {readonly string[]} names
 * @param {(without: Set<string>) => void} onChange
 */
function boxes(id, names, onChange) {
  const made = new Map(names.map((name) => [name, element('input', { type: 'checkbox', value: name, checked: true })]))
  const place = byId(id, HTMLFieldSetElement)
  for (const [name, box] of made) {
    place.append(element('label', {}, box, ` ${name}`))
    box.addEventListener('change', () =>
      onChange(new Set([...made].filter(([, { checked }]) => !checked).map(([other]) => other))),
    )
  }
  return made
}
