import type { Exec } from '../../engine/exec.ts'
import { type PostfixSettings, parsePostconf, parseServices } from './settings.ts'

export interface ReadSettings {
  settings?: PostfixSettings
  /** What postconf(1) complains of, a line each, without its own name. */
  warnings: string[]
  /** What ends it. */
  fatal: string[]
}

/** Has Postfix read its files, and gives what it understood. */
export async function readPostfixSettings(exec: Exec): Promise<ReadSettings> {
  const [main, master, parameters] = await Promise.all([
    exec(['postconf', '-x']),
    exec(['postconf', '-xM']),
    exec(['postconf', '-xP']),
  ])
  const lines = [...new Set([main, master, parameters].flatMap(({ stderr }) => stderr.split('\n').filter(Boolean)))]
  const fatal = lines.flatMap((line) => /^\S*postconf: fatal: (.*)$/.exec(line)?.[1] ?? [])
  const warnings = lines.flatMap((line) => /^\S*postconf: warning: (.*)$/.exec(line)?.[1] ?? [])
  if (main.exitCode !== 0 || master.exitCode !== 0) {
    return { warnings, fatal: fatal.length > 0 ? fatal : [lines.at(-1) ?? `postconf ended with ${main.exitCode}`] }
  }
  return {
    settings: { values: parsePostconf(main.stdout), services: parseServices(master.stdout, parameters.stdout) },
    warnings,
    fatal,
  }
}
