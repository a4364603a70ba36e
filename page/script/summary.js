import { element } from './dom.js'
import { duration } from './words.js'

/**
 * The head of the page, a line an item: the counts, when the run was made and with what, of which versions the servers were.
 *
 * @param {import('./types.d.ts').PageData} data
 * @returns {(Node | string)[][]}
 */
export function summaryOf({ summary, made, projects }) {
  const [counts = '', ...others] = summary
  const versions = projects.filter(({ servers }) => servers !== '').map(({ name, servers }) => `${name} (${servers})`)
  return [
    [counts],
    ...made.map((run) => [timeOf(run.at), `, ${duration(run.ms)}, with ${run.with.join(', ')}`]),
    ...(versions.length > 0 ? [[`Servers: ${versions.join(', ')}`]] : []),
    ...others.map((line) => [line]),
  ]
}

/** `2026-01-31T12:00:00.000Z` as `2026-01-31 12:00:00 UTC`. @param {string} at */
function timeOf(at) {
  return element('time', { datetime: at }, at.replace('T', ' ').replace(/\.\d+Z$/, ' UTC'))
}
