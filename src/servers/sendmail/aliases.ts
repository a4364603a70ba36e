import type { Topology } from '../../topology/topology.ts'
import { listName } from './list-name.ts'

/** What Debian's sendmail writes into a new alias file, aliases(5). */
const DEFAULTS: Record<string, string[]> = { 'mailer-daemon': ['postmaster'], postmaster: ['root'] }

/**
 * /etc/mail/aliases: the topology's system aliases, and one list for every virtual address with several recipients.
 *
 * @see aliases(5) of sendmail
 */
export function aliases(topology: Topology): string {
  const system = { ...DEFAULTS, ...topology.local?.aliases }
  const lists = Object.entries({ ...topology.domains, ...topology.virtualAliasDomains }).flatMap(([domain, of]) =>
    Object.entries(of.aliases)
      .filter(([, to]) => to.length > 1)
      .map(([name, to]): [string, string[]] => [listName(name, domain), to]),
  )
  return [...Object.entries(system), ...lists]
    .map(([name, to]) => `${quoteName(name)}: ${to.map(quoteTarget).join(', ')}\n`)
    .join('')
}

function quoteName(name: string): string {
  return /^[A-Za-z0-9._=+-]+$/.test(name) ? name : quote(name)
}

/** A command or file with white space or a comma in it is one target only within quotes. */
function quoteTarget(target: string): string {
  return target.startsWith('"') || !/[\s,"\\]/.test(target) ? target : quote(target)
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}
