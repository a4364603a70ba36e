/** @type {Record<import('./types.d.ts').State, string>} */
export const SIGNS = { passed: '✓', failed: '✗', unsupported: '∅', skipped: '·', 'not-run': '!' }

/** @param {number} ms */
export function duration(ms) {
  if (ms < 1000) return `${ms} ms`
  const seconds = ms / 1000
  return seconds < 120 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`
}

/** `scenarios/smtp/pipelining.scenario.ts` as `smtp/pipelining`. @param {string} file */
export function shortName(file) {
  return file.replace(/^scenarios\//, '').replace(/\.scenario\.[cm]?[jt]s$/, '')
}

/** An error without the evidence that stands behind its message. @param {string} error */
export function messageOf(error) {
  return error.split('\n\n── ', 1)[0] ?? ''
}

/** How a line of a server reads: by the first digit of its reply code (RFC 5321 §4.2.1). @param {string} text */
export function toneOf(text) {
  if (/^5\d\d/.test(text) || text.startsWith('-ERR')) return 'bad'
  return /^4\d\d/.test(text) ? 'later' : 'good'
}
