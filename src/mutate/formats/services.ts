import type { Change } from '../change.ts'
import { logicalLines } from './logical-lines.ts'

/** master(5): a service is dropped, or one `-o name=value` of it. */
export function serviceChanges(text: string): Change[] {
  const lines = text.split('\n')
  return servicesIn(text).flatMap(({ name, type, line, count }): Change[] => {
    const block = `${name} ${type}`
    const own = lines.slice(line - 1, line - 1 + count)
    return [
      { line, count, lines: [], block, operator: 'drop-service', what: `the service ${block} is dropped` },
      ...own.flatMap((text, index) => withoutOverride(text, line + index, block)),
    ]
  })
}

function withoutOverride(text: string, line: number, block: string): Change[] {
  if (/^\s*#/.test(text)) return []
  return [...text.matchAll(/\s*-o\s+(\{[^}]*\}|\S+)/g)].map((match): Change => {
    const rest = text.slice(0, match.index) + text.slice(match.index + match[0].length)
    return {
      line,
      count: 1,
      lines: rest.trim() === '' ? [] : [rest],
      block,
      operator: 'drop-override',
      what: `${block} has no -o ${match[1]}`,
    }
  })
}

function servicesIn(text: string) {
  return logicalLines(text).map(({ text: said, line, count }) => {
    const [name = '', type = ''] = said.split(/\s+/)
    return { name, type, line, count }
  })
}
