import { milterServers } from '../filters/milters.ts'
import type { RenderContext } from '../rendering.ts'

/** What becomes of mail while a filter cannot be asked (cf/README, F=); without a flag it is let through. */
const FLAGS = { tempfail: 'F=T', reject: 'F=R', accept: undefined } as const

/** The milters of the topology, Debian's before mailrig's (cf/README, "ADDING MAIL FILTERS"). */
export function milterLines({ topology, addresses }: RenderContext): string[] {
  const real = milterServers(topology).map(({ name, port, onFailure }) =>
    filterLine(name, [`S=inet:${port}@${addresses.filterServers}`, FLAGS[onFailure]]),
  )
  const played = Object.entries(topology.milters).map(([name, { onFailure, timeout }]) => {
    const at = addresses.filters?.milters[name]
    const waits =
      timeout === undefined ? undefined : `T=${['C', 'S', 'R', 'E'].map((what) => `${what}:${timeout}s`).join(';')}`
    return filterLine(name, [`S=inet:${at?.port}@${at?.address}`, FLAGS[onFailure], waits])
  })
  return [...real, ...played]
}

function filterLine(name: string, equates: readonly (string | undefined)[]): string {
  return `INPUT_MAIL_FILTER(\`${name}', \`${equates.filter((part) => part !== undefined).join(', ')}')dnl`
}
