import { basename, relative } from 'node:path'
import { UnsupportedError } from '../errors/mailrig-error.ts'
import { PlayFailure } from '../play/play-failure.ts'
import { playSessionFile } from '../play/player.ts'
import { RigGround } from '../play/rig-ground.ts'
import type { Step } from '../play/step.ts'
import type { Rig } from '../rig/rig.ts'
import { runningPlatform } from '../rig/running-platform.ts'
import { equipmentOf } from '../session-file/equipment.ts'
import { completeSessionFile, type LoadedSessionFile } from '../session-file/load.ts'
import { lackingFor } from '../session-file/runs-on.ts'
import { SessionFileError } from '../session-file/session-file-error.ts'
import type { TopologyInput } from '../topology/schema.ts'
import { rig } from './fixtures.ts'
import { projectTarget } from './project-target.ts'

/**
 * Declares a session file as a test: its rig, and one test that plays it. What the vite plugin makes of a `.smtp` file
 * calls this; a scenario of one's own may as well.
 *
 * @param path of the file, absolute: failures point there
 * @throws {SessionFileError}
 */
export async function sessionFile(path: string, source: string): Promise<void> {
  const file = await completeSessionFile(source, path).catch((error: unknown) => {
    if (error instanceof SessionFileError) pointInto(error)
    throw error
  })
  const { title = basename(path), covers = [], target, topology } = file.front
  const platform = await projectTarget(target).platform()
  const lacking = platform && lackingFor(file, platform)
  const it = rig(
    { ...(topology as TopologyInput), ...(target === undefined ? {} : { target }) },
    { covers, ...equipmentOf(file.statements), ...(lacking === undefined ? {} : { lacking }) },
  )
  it(title, async ({ rig, smtp, observe }) => {
    if (platform === undefined) requireFor(file, rig)
    const ground = new RigGround(rig, { session: (options) => smtp.session(options) })
    const { steps, failure } = await playSessionFile(file, ground)
    for (const step of steps) if (step.expected === '?') observe(`${title}: ${lastLine(step.sent)}`, replyOf(step))
    if (failure) throw new PlayFailure(shown(path), failure, path)
  })
}

/** What could not be told before the servers ran. @throws {UnsupportedError} */
function requireFor(file: LoadedSessionFile, rig: Rig): void {
  const lacking = lackingFor(file, runningPlatform(rig))
  if (lacking === undefined) return
  throw new UnsupportedError(lacking, { code: 'TARGET_CANNOT', remedy: 'Leave this file to targets that can run it.' })
}

/** The stack of an error in a file is the place in the file: vitest shows the line there. */
function pointInto(error: SessionFileError): void {
  const frames = error.problems.map(({ place }) => `    at ${error.file}:${place.line}:${place.column}`)
  error.stack = [`${error.name}: ${error.message}`, ...frames].join('\n')
}

function shown(path: string): string {
  return relative(process.cwd(), path)
}

function lastLine(text: string): string {
  return text.split('\n').at(-1) || 'greeting'
}

/** An SMTP reply as `observe` knows it, which takes queue ids out of it; anything else as it came. */
function replyOf({ received }: Step) {
  const lines = received.split('\n')
  if (!/^\d{3}(?:[ -]|$)/.test(received)) return received
  return { code: Number(received.slice(0, 3)), lines: lines.map((line) => line.slice(4)), text: received.slice(4) }
}
