import { element } from './dom.js'
import { duration, SIGNS, shortName } from './words.js'

/**
 * @typedef {import('./types.d.ts').PageData} PageData
 * @typedef {import('./types.d.ts').PageCell} PageCell
 * @typedef {import('./types.d.ts').View} View
 * @typedef {{ row: HTMLTableRowElement, text: string, cells: (PageCell | null)[] }} GridRow
 * @typedef {{ file: GridRow, body: HTMLTableSectionElement, tests: GridRow[] }} GridGroup
 */

/** How many rows Page Up and Page Down go. */
const PAGE = 15

/** The table of results: one tab stop, in which the arrow keys move (WAI-ARIA's grid pattern). */
export class Grid {
  /** @type {GridGroup[]} */
  #groups = []
  /** @type {HTMLTableRowElement[]} */
  #shown = []
  /** @type {HTMLTableCellElement | undefined} */
  #current

  /**
   * @param {HTMLTableElement} table
   * @param {PageData} data
   * @param {(open: { file: string, test: string, on: string }) => void} onOpen
   */
  constructor(table, data, onOpen) {
    table.setAttribute('role', 'grid')
    const head = element(
      'tr',
      { role: 'row' },
      element('th', { scope: 'col', role: 'columnheader' }, 'Scenario'),
      ...data.projects.map(({ name, servers }) =>
        element('th', { scope: 'col', role: 'columnheader', 'data-on': name }, name, element('small', {}, servers)),
      ),
    )
    table.append(element('thead', { role: 'rowgroup' }, head))
    for (const { file, cells, tests } of data.scenarios) {
      const fileRow = this.#row(data, { file, name: '', cells, text: file })
      const testRows = tests.map(({ name, covers, cells }) =>
        this.#row(data, { file, name, cells, text: [file, name, ...covers].join(' ') }),
      )
      const body = element('tbody', { role: 'rowgroup' }, fileRow.row, ...testRows.map(({ row }) => row))
      this.#groups.push({ file: fileRow, body, tests: testRows })
      table.append(body)
    }
    table.addEventListener('click', (event) => this.#click(event, onOpen))
    table.addEventListener('keydown', (event) => this.#key(event, onOpen))
  }

  /**
   * Shows the rows and columns of a view.
   *
   * @param {View} view
   * @returns {{ tests: number, all: number }} rows of tests shown, and rows of tests there are.
   */
  show({ search, withoutStates, withoutServers }) {
    const words = search.toLowerCase().split(/\s+/).filter(Boolean)
    let tests = 0
    let all = 0
    this.#shown = []
    for (const { file, body, tests: rows } of this.#groups) {
      const visible = rows.filter((one) => {
        const fits = this.#fits(one, words, withoutStates, withoutServers)
        one.row.hidden = !fits
        return fits
      })
      all += rows.length
      tests += visible.length
      body.hidden = visible.length === 0 && !this.#fits(file, words, withoutStates, withoutServers)
      if (!body.hidden) this.#shown.push(file.row, ...visible.map(({ row }) => row))
    }
    for (const cell of document.querySelectorAll('#grid [data-on]')) {
      if (cell instanceof HTMLElement) cell.hidden = withoutServers.has(cell.dataset.on ?? '')
    }
    if (!this.#current || !this.#shown.includes(/** @type {HTMLTableRowElement} */ (this.#current.parentElement))) {
      const [first] = this.#shown
      if (first) this.#makeCurrent(cellsOf(first)[0])
    }
    return { tests, all }
  }

  /** Puts the focus on a cell, e.g. on that which was open. @param {{ file: string, test: string, on: string }} open */
  focus({ file, test, on }) {
    for (const row of this.#shown) {
      if (row.dataset.file !== file || row.dataset.test !== test) continue
      const cell = cellsOf(row).find((one) => one.dataset.on === on)
      this.#makeCurrent(cell)
      cell?.focus()
    }
  }

  /**
   * @param {PageData} data
   * @param {{ file: string, name: string, cells: (PageCell | null)[], text: string }} what
   * @returns {GridRow}
   */
  #row(data, { file, name, cells, text }) {
    const label = name === '' ? shortName(file) : name
    const row = element(
      'tr',
      { role: 'row', class: name === '' ? 'file' : undefined, 'data-file': file, 'data-test': name },
      element('th', { scope: 'row', role: 'rowheader' }, label),
    )
    for (const [index, cell] of cells.entries()) row.append(this.#cell(data.projects[index]?.name ?? '', cell))
    const reasons = cells.map((cell) => cell?.why ?? '')
    return { row, cells, text: [text, ...reasons].join(' ').toLowerCase() }
  }

  /**
   * @param {string} on
   * @param {PageCell | null} cell
   */
  #cell(on, cell) {
    const common = { role: 'gridcell', tabindex: -1, 'data-on': on }
    if (!cell) return element('td', { ...common, class: 'none', 'aria-label': 'did not run' }, '–')
    return element(
      'td',
      { ...common, class: cell.state, 'aria-label': `${cell.state}, ${duration(cell.ms)}`, title: cell.why },
      cell.state === 'unsupported' || cell.state === 'not-run'
        ? `${SIGNS[cell.state]} ${cell.state}`
        : `${SIGNS[cell.state]} ${duration(cell.ms)}`,
    )
  }

  /**
   * @param {GridRow} row
   * @param {string[]} words
   * @param {Set<string>} withoutStates
   * @param {Set<string>} withoutServers
   */
  #fits({ row, text, cells }, words, withoutStates, withoutServers) {
    if (!words.every((word) => text.includes(word))) return false
    if (withoutStates.size === 0 && withoutServers.size === 0) return true
    const servers = cellsOf(row).map((cell) => cell.dataset.on ?? '')
    return cells.some(
      (cell, index) => cell && !withoutStates.has(cell.state) && !withoutServers.has(servers[index] ?? ''),
    )
  }

  /** @param {HTMLTableCellElement | undefined} cell */
  #makeCurrent(cell) {
    if (!cell) return
    if (this.#current) this.#current.tabIndex = -1
    cell.tabIndex = 0
    this.#current = cell
  }

  /**
   * @param {MouseEvent} event
   * @param {(open: { file: string, test: string, on: string }) => void} onOpen
   */
  #click(event, onOpen) {
    const cell = event.target instanceof Element ? event.target.closest('td') : null
    if (!cell) return
    this.#makeCurrent(cell)
    cell.focus()
    this.#open(cell, onOpen)
  }

  /**
   * @param {KeyboardEvent} event
   * @param {(open: { file: string, test: string, on: string }) => void} onOpen
   */
  #key(event, onOpen) {
    const cell = event.target instanceof Element ? event.target.closest('td') : null
    if (!cell || event.altKey || event.metaKey) return
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault()
      return this.#open(cell, onOpen)
    }
    const to = this.#target(cell, event)
    if (!to) return
    event.preventDefault()
    this.#makeCurrent(to)
    to.focus()
  }

  /**
   * Where a key leads.
   *
   * @param {HTMLTableCellElement} cell
   * @param {KeyboardEvent} event
   * @returns {HTMLTableCellElement | undefined}
   */
  #target(cell, { key, ctrlKey }) {
    const row = this.#shown.indexOf(/** @type {HTMLTableRowElement} */ (cell.parentElement))
    const column = cellsOf(this.#shown[row]).indexOf(cell)
    const last = this.#shown.length - 1
    /** @type {Record<string, [number, number]>} */
    const moves = {
      ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column],
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      PageUp: [row - PAGE, column],
      PageDown: [row + PAGE, column],
      Home: [ctrlKey ? 0 : row, 0],
      End: [ctrlKey ? last : row, Number.MAX_SAFE_INTEGER],
    }
    const move = moves[key]
    if (!move) return undefined
    const cells = cellsOf(this.#shown[Math.min(last, Math.max(0, move[0]))])
    return cells[Math.min(cells.length - 1, Math.max(0, move[1]))]
  }

  /**
   * @param {HTMLTableCellElement} cell
   * @param {(open: { file: string, test: string, on: string }) => void} onOpen
   */
  #open(cell, onOpen) {
    const row = cell.parentElement
    if (cell.classList.contains('none')) return
    onOpen({ file: row?.dataset.file ?? '', test: row?.dataset.test ?? '', on: cell.dataset.on ?? '' })
  }
}

/**
 * The cells of a row that are shown.
 *
 * @param {HTMLTableRowElement | undefined} row
 * @returns {HTMLTableCellElement[]}
 */
function cellsOf(row) {
  return row ? [...row.cells].filter((cell) => cell.localName === 'td' && !cell.hidden) : []
}
