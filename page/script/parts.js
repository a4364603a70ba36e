import { element } from './dom.js'

/**
 * @typedef {import('./types.d.ts').Became} Became
 * @typedef {import('./types.d.ts').ErrorPlace} ErrorPlace
 */

/**
 * @param {string} title
 * @param {...Node} content
 * @returns {Node[]}
 */
export function section(title, ...content) {
  return [element('h3', {}, title), ...content]
}

/**
 * What an error says, and the lines it came from.
 *
 * @param {string} message
 * @param {readonly ErrorPlace[]} [places]
 * @returns {Node[]}
 */
export function errorBlock(message, places = []) {
  return [element('pre', { class: 'error' }, message), ...places.map(placeBlock)]
}

/** `file:line:column`, and the line, in which the word at that column is marked. @param {ErrorPlace} place */
function placeBlock({ file, line, column, source }) {
  const where = element('strong', {}, `${file}:${line}:${column}`)
  if (source === undefined) return element('pre', { class: 'place' }, where)
  const before = source.slice(0, column - 1)
  const rest = source.slice(column - 1)
  const [word = ''] = /^\w+|^./.exec(rest) ?? []
  return element(
    'pre',
    { class: 'place' },
    where,
    `\n${line} │ ${before}`,
    element('mark', {}, word),
    rest.slice(word.length),
  )
}

/**
 * What became of each message: its fate, and where it is.
 *
 * @param {readonly Became[]} became
 * @returns {Node[]}
 */
export function becameList(became) {
  return became.flatMap(({ title, lines }) => [
    element('h4', {}, title),
    element('ul', { class: 'became' }, ...lines.map(({ tone, text }) => element('li', { class: tone }, text))),
  ])
}
