import type { Feature, StoreFeature } from '../servers/feature.ts'
import { STORE_FEATURES } from '../servers/feature.ts'
import type { MtaAdapter } from '../servers/mta-adapter.ts'
import { DEFAULT_STORE } from '../servers/registry.ts'
import type { Release } from '../servers/release.ts'
import type { StoreAdapter } from '../servers/store.ts'

/** An MTA from a Debian release, and the mail store beside it: what a rendered target is made of. */
export interface Platform {
  mta: MtaAdapter
  release: Release
  /** Default: Dovecot. */
  store?: StoreAdapter | undefined
}

/** As projects and reports have it, e.g. `postfix-trixie`, or `postfix-trixie-cyrus` with another store than the usual one. */
export function platformName({ mta, release, store = DEFAULT_STORE }: Platform): string {
  return `${mta.name}-${release}${store === DEFAULT_STORE ? '' : `-${store.name}`}`
}

/** Why a platform has not all of these features, in words; undefined where it has. */
export function lackOf(
  { mta, release, store = DEFAULT_STORE }: Platform,
  needs: readonly (Feature | StoreFeature)[],
): string | undefined {
  for (const need of needs) {
    const lack = isOfStore(need) ? store.lacks?.[need] : lackOfMta(need)
    if (lack !== undefined) return lack
  }
  return undefined

  function lackOfMta(feature: Feature): string | undefined {
    const answer = mta.supports(feature, release)
    if (typeof answer === 'string') return answer
    const asked = mta.fromStore?.[feature]
    return asked === undefined ? undefined : store.lacks?.[asked]
  }
}

function isOfStore(need: Feature | StoreFeature): need is StoreFeature {
  return STORE_FEATURES.some((feature) => feature === need)
}
