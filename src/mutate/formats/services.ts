import type { Change } from '../change.ts'

/** master(5): a service is dropped, or one `-o name=value` of it. */
export function serviceChanges(text: string): Change[] {
  const lines = text.split('\n')
  return servicesIn(lines).flatMap(({ name, type, line, count }): Change[] => {
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

function servicesIn(lines: readonly string[]) {
  const services: { name: string; type: string; line: number; count: number }[] = []
  for (const [index, line] of lines.entries()) {
    if (/^\s*(?:#|$)/.test(line)) continue
    const last = services.at(-1)
    if (/^\s/.test(line)) {
      if (last) last.count = index + 2 - last.line
      continue
    }
    const [name = '', type = ''] = line.split(/\s+/)
    services.push({ name, type, line: index + 1, count: 1 })
  }
  return services
}
