import type { MtaAdapter } from '../servers/mta-adapter.ts'
import type { Release } from '../servers/release.ts'

/** An MTA from a Debian release: what a rendered target is made of. */
export interface Platform {
  mta: MtaAdapter
  release: Release
}

/** As projects and reports have it, e.g. `postfix-trixie`. */
export function platformName({ mta, release }: Platform): string {
  return `${mta.name}-${release}`
}
