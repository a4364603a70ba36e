import type { Exec } from '../../engine/exec.ts'
import type { Finding } from './finding.ts'

/** Checks Postfix's files as its own start does, and starts it. */
export async function startPostfix(exec: Exec): Promise<Finding[]> {
  const started = await exec(['postfix', 'start'])
  const findings = postfixComplaints(started.stderr + started.stdout)
  if (started.exitCode !== 0 && !findings.some(({ severity }) => severity === 'fault')) {
    const message = `postfix start ended with ${started.exitCode}: ${started.stderr.trim()}`
    return [...findings, { severity: 'fault', server: 'postfix', message }]
  }
  return findings
}

/** `postfix/postfix-script: warning: …`, `postconf: fatal: /etc/postfix/main.cf, line 687: missing '=' …` */
export function postfixComplaints(text: string): Finding[] {
  const found = text.split('\n').flatMap((line): Finding[] => {
    const [, level, message = ''] = /(?:^|\s)[\w/-]+(?:\[\d+\])?: (fatal|panic|error|warning): (.*)$/.exec(line) ?? []
    if (level === undefined) return []
    const [, file, number] = /(\/etc\/postfix\/[\w./-]+),? line (\d+)/.exec(message) ?? []
    return [
      {
        severity: level === 'warning' ? 'warning' : 'fault',
        server: 'postfix',
        message,
        ...(file === undefined ? {} : { place: `${file}:${number}` }),
      },
    ]
  })
  return [...new Map(found.map((one) => [one.message, one])).values()]
}
