import type { Adopted } from '../../targets/adopted/adopted.ts'
import type { StartVerdict } from '../../targets/adopted/start-verdict.ts'
import type { CheckedRelease } from './check-host.ts'
import type { Checked } from './check-results.ts'

/** What `--json` prints, and a report is made of. */
export interface CheckDocument {
  /** As the user called it. */
  source: string
  derived: {
    mta: string | null
    dovecot: boolean
    host: Adopted['name']
    release: Adopted['release']
    packages: Adopted['packages']
    accounts: Adopted['accounts']
    leftOut: Adopted['survey']['tree']['left']
  }
  releases: (StartVerdict & { checks: Checked[] })[]
}

export function documentOf(
  { survey, name, release, packages, accounts }: Adopted,
  checked: readonly CheckedRelease[],
): CheckDocument {
  return {
    source: survey.tree.label,
    derived: {
      mta: survey.mta?.name ?? null,
      dovecot: survey.dovecot !== undefined,
      host: name,
      release,
      packages,
      accounts,
      leftOut: survey.tree.left,
    },
    releases: checked.map(({ verdict, checks }) => ({ ...verdict, checks })),
  }
}
