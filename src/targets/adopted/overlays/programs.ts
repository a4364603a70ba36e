import type { PlannedOverlay } from '../overlay.ts'
import type { PlanInput } from '../plan.ts'
import { formatPlace } from '../source-tree.ts'

/** Takes the message and says so: what the real program does with it is not under test. */
const RECORDER = `#!/bin/sh
cat > /dev/null
logger -t mailrig-stub "program $0 was given a message, arguments: $*"
`

/** Programs that services of master.cf hand mail to, where neither the packages nor the configuration has them. */
export function programOverlays({ survey, exists }: PlanInput): PlannedOverlay[] {
  const overlays = new Map<string, PlannedOverlay>()
  for (const { command, arguments: rest, at } of survey.master) {
    if (command !== 'pipe') continue
    const path = /\bargv=(\/\S+)/.exec(rest.join(' '))?.[1]
    if (path === undefined || exists(path) || overlays.has(path)) continue
    overlays.set(path, {
      kind: 'programs',
      path,
      what: 'a stand-in that takes the message, and says so in the log',
      why: 'it was not given: mail for it would be deferred',
      from: formatPlace(at),
      steps: [{ write: { path, content: RECORDER, mode: 0o755 } }],
    })
  }
  return [...overlays.values()]
}
