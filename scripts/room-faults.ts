import type { SourceFile } from './imports.ts'
import type { Room } from './rooms.ts'

/** The room a file of src/ is in: the longest name that is a folder above it, or the file itself. */
export function roomOf(file: string, rooms: readonly Room[]): string | undefined {
  const names = rooms.map(({ name }) => name).filter((name) => file === name || file.startsWith(`${name}/`))
  const longest = names.sort((a, b) => b.length - a.length)[0]
  return longest ?? (file.includes('/') ? undefined : '.')
}

/** What is wrong between the files and the table, a line each: arrows that are not allowed or not used, and circles. */
export function roomFaults(files: readonly SourceFile[], rooms: readonly Room[]): string[] {
  const used = new Set<string>()
  const faults: string[] = []
  for (const { file, imports } of files) {
    const from = roomOf(file, rooms)
    if (from === undefined) {
      faults.push(`src/${file}: its folder is not in the table of rooms`)
      continue
    }
    const { knows = [] } = rooms.find(({ name }) => name === from) ?? {}
    for (const imported of imports) {
      const to = roomOf(imported, rooms)
      if (to === undefined || to === from) continue
      used.add(`${from} ${to}`)
      if (!knows.includes(to)) faults.push(`src/${file} imports ${imported}: ${from} may not know ${to}`)
    }
  }
  for (const { name, knows } of rooms) {
    for (const known of knows) {
      if (!used.has(`${name} ${known}`)) faults.push(`${name} no longer uses ${known}: take it out of the table`)
    }
  }
  const circles = [
    ...circlesIn(new Map(rooms.map(({ name, knows }) => [name, knows]))).map((circle) => ['rooms', circle] as const),
    ...circlesIn(new Map(files.map(({ file, imports }) => [file, imports]))).map(
      (circle) => ['files', circle] as const,
    ),
  ]
  return [...faults, ...circles.map(([what, circle]) => `a circle of ${what}: ${circle.join(' → ')}`)]
}

/** One circle for each set of nodes that lead back to themselves; the first node stands at its end again. */
export function circlesIn(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const circles: string[][] = []
  const done = new Set<string>()
  const visit = (node: string, path: string[]) => {
    const at = path.indexOf(node)
    if (at >= 0) {
      circles.push([...path.slice(at), node])
      return
    }
    if (done.has(node)) return
    for (const next of graph.get(node) ?? []) visit(next, [...path, node])
    done.add(node)
  }
  for (const node of graph.keys()) visit(node, [])
  return circles
}
