import { loadChecks } from '../../check/index.ts'
import type { Progress } from '../../engine/progress.ts'
import { openRun, prepareEngine } from '../../rig/open-run.ts'
import type { Adopted } from '../../targets/adopted/adopted.ts'
import type { ServedHost } from '../../targets/adopted/served-host.ts'
import { bootService } from '../../targets/adopted/service/boot-service.ts'
import { failedService, isOfTheService } from '../../targets/adopted/service/failed-service.ts'
import type { ServiceGroup } from '../../targets/adopted/service/service.ts'
import type { Declared } from '../../targets/adopted/settings-file.ts'
import { cleanUpOnSignal } from '../until-interrupted.ts'
import { type CheckedRelease, checkHost } from './check-host.ts'

/** Runs a service as its image says, and the checklist on it. */
export async function checkService(
  group: ServiceGroup,
  { declared, progress }: { declared: Declared; progress: Progress },
): Promise<{ adopted: Adopted; checked: CheckedRelease }> {
  const engine = await prepareEngine([], progress, { accounts: [] })
  const checks = await loadChecks()
  const run = await openRun(engine, { recycle: 0 })
  return cleanUpOnSignal(
    async () => {
      const step = progress.step(group.label)
      let host: ServedHost
      try {
        host = await bootService(run.world, group, { declared, onStep: (text) => step.update(text) })
      } catch (error) {
        step.fail()
        if (!isOfTheService(error)) throw error
        const { adopted, verdict } = failedService(group, { declared, error })
        return { adopted, checked: { verdict, checks: [] } }
      }
      return { adopted: host.adopted, checked: await checkHost(host, { checks, progress, step }) }
    },
    () => run.close(),
  )
}
