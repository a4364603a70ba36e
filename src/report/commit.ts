import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * The commit that a folder has checked out: what MAILRIG_COMMIT says, for where git is not, or git itself. Undefined where
 * neither knows.
 */
export async function commitOf(folder: string, env: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  if (env.MAILRIG_COMMIT) return env.MAILRIG_COMMIT
  const { stdout } = await run('git', ['-C', folder, 'rev-parse', '--verify', 'HEAD']).catch(() => ({ stdout: '' }))
  return stdout.trim() || undefined
}
