import type { RenderContext } from '../rendering.ts'

/** What becomes of mail while a filter cannot be asked (cf/README, F=); without a flag it is let through. */
const FLAGS = { tempfail: 'F=T', reject: 'F=R', accept: undefined } as const

/** The milters of the topology (cf/README, "ADDING MAIL FILTERS"). */
export function milterLines({ topology, addresses }: RenderContext): string[] {
  return Object.entries(topology.milters).map(([name, { onFailure, timeout }]) => {
    const at = addresses.filters?.milters[name]
    const waits =
      timeout === undefined ? undefined : `T=${['C', 'S', 'R', 'E'].map((what) => `${what}:${timeout}s`).join(';')}`
    const equates = [`S=inet:${at?.port}@${at?.address}`, FLAGS[onFailure], waits].filter((part) => part !== undefined)
    return `INPUT_MAIL_FILTER(\`${name}', \`${equates.join(', ')}')dnl`
  })
}
