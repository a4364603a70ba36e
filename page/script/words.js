/** @type {Record<import('./types.d.ts').State, string>} */
export const SIGNS = { passed: '✓', failed: '✗', unsupported: '∅', skipped: '·' }

/** @param {number} ms */
export function duration(ms) {
  return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`
}

/** `scenarios/smtp/pipelining.scenario.ts` as `smtp/pipelining`. @param {string} file */
export function shortName(file) {
  return file.replace(/^scenarios\//, '').replace(/\.scenario\.[cm]?[jt]s$/, '')
}

/** How a line of a server reads: by the first digit of its reply code (RFC 5321 §4.2.1). @param {string} text */
export function toneOf(text) {
  if (/^5\d\d/.test(text) || text.startsWith('-ERR')) return 'bad'
  return /^4\d\d/.test(text) ? 'later' : 'good'
}
