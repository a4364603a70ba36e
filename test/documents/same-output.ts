// What differs from run to run although nothing else has happened. Reply codes and enhanced status codes stay.
const MASKS: [RegExp, string][] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, 'UUID'],
  // Queue ids and the session ids of Dovecot: letters and digits mixed.
  [/<\d+><[\w+/]{16,}>/g, '<SESSION>'],
  [/(?<=> )[\w+/]{22}(?= Saved\b)/g, 'ID'],
  [/\b(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[0-9A-Za-z+]{10,}\b/g, 'ID'],
  [/\b[0-9A-Za-z]{6}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4}\b/g, 'ID'],
  [/\b198\.1[89]\.\d{1,3}\.\d{1,3}\b/g, 'ADDRESS'],
  [/\b[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d\b/g, 'TIME'],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z/g, 'TIME'],
  [/\b\d+ octets\b/g, 'N octets'],
  [/\b[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}\b/g, 'DATE'],
  [/\b(postfix|exim|sendmail|dovecot|docker|podman)(:?) +v?\d+\.\d[\w.+~-]*/gi, '$1$2 VERSION'],
  [/\bv\d+\.\d+\.\d+\b/g, 'VERSION'],
  [/\bdelays?=[\d./]+/g, 'delay=N'],
  [/\[\d+\]/g, '[PID]'],
  [/[+-]?\b\d+(?:\.\d+)? ?(?:ms|s)\b/g, 'DURATION'],
  [/\b\d+(?:\.\d+)?\/s\b/g, 'RATE'],
  [/\b\d\d:\d\d:\d\d\b/g, 'TIME'],
]

/** The text without what differs from run to run: ids, times, addresses of the rig, versions. Blanks count as one. */
export function masked(text: string): string {
  const plain = MASKS.reduce((rest, [pattern, name]) => rest.replace(pattern, name), text)
  return plain
    .split('\n')
    .map((line) => line.trim().replaceAll(/[ \t]+/g, ' '))
    .filter((line) => line !== '')
    .join('\n')
}

/**
 * Whether what a page shows is what a command printed: the same lines one after the other, where a line `…` stands for
 * any number of lines. Gives the first run of lines that did not come, or nothing.
 */
export function missingFrom(output: string, shown: string): string | undefined {
  const parts = masked(shown)
    .split(/^…$/m)
    .map((part) => part.trim())
    .filter((part) => part !== '')
  let rest = `\n${masked(output)}\n`
  for (const part of parts) {
    const at = rest.indexOf(`\n${part}\n`)
    if (at === -1) return part
    rest = rest.slice(at + part.length + 1)
  }
  return undefined
}
