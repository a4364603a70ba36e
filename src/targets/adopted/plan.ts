import type { Release } from '../../servers/release.ts'
import type { PostfixSettings } from './settings.ts'
import type { Survey } from './survey.ts'

/** PEM texts that stand in for the host's own. */
export interface RigCertificate {
  certificate: string
  key: string
  authority: string
}

/** What the pure overlays are computed of. */
export interface PlanInput {
  survey: Survey
  release: Release
  /** The host's own name. */
  host: string
  /** What Postfix says; absent for another MTA, or where Postfix cannot read its files. */
  postfix?: PostfixSettings
  tls: RigCertificate
  /** Which of the paths that the configuration names exist in the container before any overlay. */
  exists(path: string): boolean
}
