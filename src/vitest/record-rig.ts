import { maskedCopy, maskText, secretsIn } from '../report/mask.ts'
import type { RigRecord } from '../report/test-record.ts'
import type { Rig } from '../rig/rig.ts'
import type { ServerFile } from '../servers/rendering.ts'

const LONGEST_FILE = 32_768

/** The topology and the files rendered from it, for the run report. */
export function recordRig(rig: Rig): RigRecord {
  const secrets = secretsIn(rig.topology)
  const shown = (server: string) => (file: ServerFile) => ({ server, path: file.path, content: text(file, secrets) })
  return {
    mta: rig.mta.name,
    ...(rig.hasStore ? { store: rig.store.name } : {}),
    release: rig.mta.release,
    upstreams: Object.keys(rig.upstreams),
    topology: maskedCopy(rig.topology),
    files: [rig.mta, ...(rig.hasStore ? [rig.store] : [])].flatMap(({ name, files }) => files.map(shown(name))),
  }
}

function text({ content }: ServerFile, secrets: readonly string[]): string {
  const masked = maskText(content.toString(), secrets)
  return masked.length <= LONGEST_FILE ? masked : `${masked.slice(0, LONGEST_FILE)}\n… ${masked.length} characters`
}
