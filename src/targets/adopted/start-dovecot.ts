import type { Exec } from '../../engine/exec.ts'
import type { Finding } from './finding.ts'

/** Has Dovecot read its configuration, and starts it. */
export async function startDovecot(exec: Exec): Promise<Finding[]> {
  const check = await exec(['doveconf', '-n'])
  const findings = complaints(check.stderr)
  if (check.exitCode !== 0 || findings.some(({ severity }) => severity === 'fault')) {
    return findings.some(({ severity }) => severity === 'fault')
      ? findings
      : [
          ...findings,
          {
            severity: 'fault',
            server: 'dovecot',
            message: check.stderr.trim() || `doveconf ended with ${check.exitCode}`,
          },
        ]
  }
  const started = await exec(['dovecot'])
  if (started.exitCode === 0) return findings
  const said = complaints(started.stderr).filter(({ message }) => !findings.some((known) => known.message === message))
  const fault = `dovecot ended with exit code ${started.exitCode}: ${started.stderr.trim() || started.stdout.trim()}`
  return [
    ...findings,
    ...(said.some(({ severity }) => severity === 'fault')
      ? said
      : [{ severity: 'fault' as const, server: 'dovecot', message: fault }]),
  ]
}

/** `doveconf: Fatal: Error in configuration file /etc/dovecot/dovecot.conf line 3: …` */
export function complaints(stderr: string): Finding[] {
  return stderr.split('\n').flatMap((line): Finding[] => {
    const [, level, text = ''] = /^\S+: (Fatal|Error|Warning): (.*)$/.exec(line) ?? []
    if (level === undefined) return []
    const [, file, number, rest] = /^Error in configuration file (\S+?)(?: line (\d+))?: (.*)$/.exec(text) ?? []
    const place = file === undefined ? {} : { place: number === undefined ? file : `${file}:${number}` }
    return [{ severity: level === 'Warning' ? 'warning' : 'fault', server: 'dovecot', message: rest ?? text, ...place }]
  })
}
