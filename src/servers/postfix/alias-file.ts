import type { Topology } from '../../topology/topology.ts'

/** The system alias file, aliases(5). `postmaster` goes to root unless the topology says otherwise, as on Debian. */
export function aliasFile(local: Topology['local']): string {
  const aliases = { postmaster: ['root'], ...local?.aliases }
  return Object.entries(aliases)
    .map(([name, targets]) => `${aliasName(name)}: ${targets.map(aliasTarget).join(', ')}\n`)
    .join('')
}

function aliasName(name: string): string {
  return /^[\w.+-]+$/.test(name) ? name : quoted(name)
}

/** A command or path with spaces must stand in quotes as a whole: `"|command with arguments"`. */
function aliasTarget(target: string): string {
  if (target.startsWith('"')) return target
  const special = target.startsWith('|') || (/^(?:\/|:include:)/.test(target) && /[\s,"]/.test(target))
  return special ? quoted(target) : target
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}
