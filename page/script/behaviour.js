import { element } from './dom.js'
import { shortName } from './words.js'

/**
 * @typedef {import('./types.d.ts').PageData} PageData
 * @typedef {import('./types.d.ts').PageBehaviourRow} PageBehaviourRow
 */

/** The table of what the servers do. Made when it is first shown. */
export class BehaviourTables {
  /** @type {{ section: HTMLElement, rows: { row: HTMLElement, text: string, differs: string }[] }[]} */
  #sections = []

  /**
   * @param {HTMLElement} place
   * @param {PageData} data
   */
  constructor(place, data) {
    const sections = Map.groupBy(data.behaviour, ({ scenario }) => scenario)
    for (const [scenario, behaviours] of sections) {
      const rows = behaviours.map((behaviour) => ({
        row: rowOf(behaviour, data),
        text: textOf(behaviour),
        differs: behaviour.differs,
      }))
      const head = element(
        'tr',
        {},
        element('th', { scope: 'col' }, 'Input'),
        element('th', { scope: 'col' }, 'Differs'),
        ...data.projects.map(({ name }) => element('th', { scope: 'col' }, name)),
      )
      const table = element(
        'table',
        {},
        element('thead', {}, head),
        element('tbody', {}, ...rows.map(({ row }) => row)),
      )
      const section = element('section', {}, element('h2', {}, shortName(scenario)), table)
      place.append(section)
      this.#sections.push({ section, rows })
    }
  }

  /**
   * Shows the rows that fit; gives how many do, and how many there are.
   *
   * @param {{ search: string, differs: string }} view
   */
  show({ search, differs }) {
    const words = search.toLowerCase().split(/\s+/).filter(Boolean)
    let shown = 0
    let all = 0
    for (const { section, rows } of this.#sections) {
      const before = shown
      for (const one of rows) {
        const wanted = differs === '' || (differs === 'any' ? one.differs !== '' : one.differs.includes(differs))
        one.row.hidden = !wanted || !words.every((word) => one.text.includes(word))
        if (!one.row.hidden) shown += 1
      }
      all += rows.length
      section.hidden = shown === before
    }
    return { shown, all }
  }
}

/**
 * @param {PageBehaviourRow} behaviour
 * @param {PageData} data
 */
function rowOf({ name, requirement, differs, cells }, { projects }) {
  const mtaOf = (/** @type {number} */ index) => projects[index]?.name.replace(/-[^-]*$/, '')
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, name, requirement === '' ? undefined : element('small', {}, requirement)),
    element('td', { class: differs === '' ? undefined : 'differs' }, differs),
    ...cells.map((cell, index) => {
      if (!cell) return element('td', { class: 'alike' }, '–')
      const before = cells[index - 1]
      const alike = mtaOf(index - 1) === mtaOf(index) && before?.value === cell.value && before.word === cell.word
      const tone =
        cell.word === 'FAILED' ? 'failed' : cell.word === 'NON-STRICT' ? 'unsupported' : alike ? 'alike' : undefined
      return element('td', { class: tone }, cell.word === '' ? cell.value : `${cell.word}: ${cell.value}`)
    }),
  )
}

/** @param {PageBehaviourRow} behaviour */
function textOf({ scenario, name, requirement, cells }) {
  const values = cells.map((cell) => (cell ? `${cell.word} ${cell.value}` : ''))
  return [scenario, name, requirement, ...values].join(' ').toLowerCase()
}
