import { createHash } from 'node:crypto'
import { archiveOf } from './container-files.ts'
import type { InitRequest } from './init-channel.ts'
import type { Machine } from './machine.ts'
import type { Renewal } from './renewal-spec.ts'
import type { ServerFile } from './server-file.ts'
import type { ServerSpec } from './server-spec.ts'

/** Equal for two servers that differ in their data alone; undefined for those that can only be booted. */
export function renewalKey({ renewal, files = [], environment = {}, readiness }: ServerSpec): string | undefined {
  if (!renewal) return undefined
  const fixed = files.filter((file) => !isData(renewal, file)).map(({ path, content, mode }) => [path, mode, content])
  const known = JSON.stringify([fixed, Object.entries(environment).sort(), readiness, renewal.data, renewal.own])
  return createHash('sha256').update(known).digest('hex')
}

/** Lets a server that has booted, or goes on, know where it may change files without being given up. */
export async function expectChanges({ channel }: Machine, { data, own }: Renewal): Promise<void> {
  await channel.request('expect', [...data, ...own]).result
}

/** Whether the server has come to rest: it serves nobody, and all it had to say has come. */
export async function comesToRest({ channel }: Machine, { rest }: Renewal): Promise<boolean> {
  if (!(await succeeds(channel.request('run', ['', String(rest.length), ...rest])))) return false
  return succeeds(channel.request('rest', []))
}

/**
 * Puts a rig's data under a server that rests. False where more than data has changed since it booted, or it is gone:
 * then it has to be booted.
 */
export async function renews({ channel }: Machine, files: readonly ServerFile[], renewal: Renewal): Promise<boolean> {
  const { data, prepare } = renewal
  const archive = archiveOf(files.filter((file) => isData(renewal, file)))
  if (!(await succeeds(channel.request('renew', [String(data.length), ...data], archive)))) return false
  return !prepare || succeeds(channel.request('run', ['', String(prepare.length), ...prepare]))
}

function isData({ data }: Renewal, { path }: ServerFile): boolean {
  return data.some((place) => path === place || path.startsWith(`${place}/`))
}

async function succeeds({ result }: InitRequest): Promise<boolean> {
  return result.then(
    ({ code }) => code === 0,
    () => false,
  )
}
