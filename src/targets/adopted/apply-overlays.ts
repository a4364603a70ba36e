import type { RunningContainer } from '../../engine/running-host.ts'
import type { OverlayStep, PlannedOverlay } from './overlay.ts'

export interface FailedOverlay {
  overlay: PlannedOverlay
  /** What the command said. */
  reason: string
}

/** Makes each overlay in the container, in order. What does not work is reported: a broken table is the user's finding. */
export async function applyOverlays(
  container: Pick<RunningContainer, 'exec' | 'write'>,
  overlays: readonly PlannedOverlay[],
): Promise<FailedOverlay[]> {
  const failed: FailedOverlay[] = []
  for (const overlay of overlays) {
    for (const step of overlay.steps) {
      const reason = await applyStep(container, step)
      if (reason === undefined) continue
      failed.push({ overlay, reason })
      break
    }
  }
  return failed
}

async function applyStep(
  { exec, write }: Pick<RunningContainer, 'exec' | 'write'>,
  step: OverlayStep,
): Promise<string | undefined> {
  if ('write' in step) {
    await write([step.write])
    if (step.owner === undefined) return undefined
    return said(await exec(['chown', step.owner, step.write.path]))
  }
  if ('append' in step) {
    const { path, line } = step.append
    return said(
      await exec(['sh', '-c', '[ -z "$(tail -c 1 "$1")" ] || echo >> "$1"; cat >> "$1"', 'append', path], {
        input: `${line}\n`,
      }),
    )
  }
  return said(await exec([...step.run], step.input === undefined ? {} : { input: step.input }))
}

function said({ exitCode, stdout, stderr }: { exitCode: number; stdout: string; stderr: string }): string | undefined {
  return exitCode === 0 ? undefined : (stderr || stdout).trim() || `exit code ${exitCode}`
}
