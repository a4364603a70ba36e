import { ContainerExitError } from '../../../engine/container-exit-error.ts'
import { type MailrigError, WaitError } from '../../../errors/mailrig-error.ts'
import type { Adopted } from '../adopted.ts'
import { deriveRelease } from '../derive-release.ts'
import { shown } from '../overlay.ts'
import { createMask } from '../secrets.ts'
import type { Declared } from '../settings-file.ts'
import type { StartVerdict } from '../start-verdict.ts'
import { surveyTree } from '../survey.ts'
import { overlaysOf } from './boot-service.ts'
import { secretsOf } from './secrets-of.ts'
import type { ServiceGroup } from './service.ts'

/** Whether an error tells of the service, which ended or does not serve, and not of what was asked for. */
export function isOfTheService(error: unknown): error is MailrigError {
  return error instanceof ContainerExitError || error instanceof WaitError
}

/** The verdict on a service that did not begin to serve: nothing of it can be read. */
export function failedService(
  group: ServiceGroup,
  { declared, error }: { declared: Declared; error: MailrigError },
): { adopted: Adopted; verdict: StartVerdict } {
  const survey = surveyTree({ label: group.label, files: new Map(), left: [] })
  const host = declared.host ?? group.mail.hostname ?? group.mail.name
  return {
    adopted: {
      survey,
      name: { host, from: group.label },
      release: deriveRelease(survey),
      packages: [],
      accounts: [],
      declared,
      seed: undefined,
      mask: createMask(secretsOf(group)),
    },
    verdict: {
      release: group.label,
      starts: false,
      down: [group.mail.name],
      findings: [{ severity: 'fault', server: group.mail.name, message: error.message }],
      overlays: overlaysOf(group).map(shown),
      listening: [],
      declared: [],
    },
  }
}
