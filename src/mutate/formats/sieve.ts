import type { Change } from '../change.ts'

const ACTION =
  /^(\s*)(keep|discard|stop|redirect|fileinto|reject|ereject|vacation|notify|setflag|addflag|removeflag|addheader|deleteheader|set|pipe|filter|execute)\b/

/** RFC 5228: an action is dropped. One that shares its line with a test or a brace stays as it is. */
export function sieveChanges(text: string): Change[] {
  const lines = text.split('\n')
  const changes: Change[] = []
  for (let index = 0; index < lines.length; index += 1) {
    const [, , action] = ACTION.exec(lines[index] ?? '') ?? []
    if (action === undefined) continue
    const end = lastLineOf(lines, index)
    if (end === undefined) continue
    const first = lines[index]?.trim() ?? ''
    changes.push({
      line: index + 1,
      count: end - index + 1,
      lines: [],
      block: '',
      operator: 'drop-action',
      what: `the action ${end === index ? first.replace(/;$/, '') : `${action} …`} is dropped`,
    })
    index = end
  }
  return changes
}

/** Where the command ends whose first line this is: in its semicolon, outside of strings. Undefined where more follows it. */
function lastLineOf(lines: readonly string[], from: number): number | undefined {
  let quoted = false
  let multiline = false
  for (let index = from; index < lines.length; index += 1) {
    const line = lines[index] ?? ''
    if (multiline) {
      multiline = line !== '.'
      continue
    }
    if (/\btext:\s*(?:#.*)?$/.test(line)) {
      multiline = true
      continue
    }
    for (let at = 0; at < line.length; at += 1) {
      const one = line[at]
      if (quoted && one === '\\') at += 1
      else if (one === '"') quoted = !quoted
      else if (!quoted && one === ';') return /^\s*(?:#.*)?$/.test(line.slice(at + 1)) ? index : undefined
    }
  }
  return undefined
}
