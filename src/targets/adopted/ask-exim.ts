import type { Exec } from '../../engine/exec.ts'
import type { Finding } from './finding.ts'
import type { MtaSays } from './mta-says.ts'
import type { Survey } from './survey.ts'

/** Debian makes the configuration of the files of exim4-config, unless there is an exim4.conf (update-exim4.conf(8)). */
const MAKE = '[ -f /etc/exim4/exim4.conf ] || update-exim4.conf'
/** exim(8) says the size as in `50M`. */
const UNITS: Record<string, number> = { K: 1 << 10, M: 1 << 20, G: 1 << 30 }

/** Has Exim read its files, and asks it (exim -bP). */
export async function askExim(exec: Exec, survey: Survey): Promise<MtaSays> {
  const at = survey.mta?.at.file ?? '/etc/exim4'
  const made = await exec(['sh', '-c', MAKE])
  const checked = await exec(['exim4', '-bV'])
  const complaints = eximComplaints(
    `${made.stderr}\n${checked.stderr}\n${checked.exitCode === 0 ? '' : checked.stdout}`,
  )
  // What is checked then is the file that the package made before. A host may have no such program, which tells nothing.
  const unmade = [...made.stderr.matchAll(/^Error: (.*)$/gm)].map(
    ([, message]): Finding => ({
      severity: 'fault',
      server: 'exim',
      message: `update-exim4.conf: ${message}`,
      place: at,
    }),
  )
  const findings = [...unmade, ...complaints]
  if (checked.exitCode !== 0) {
    const said = (checked.stderr || checked.stdout).trim()
    const isTold = findings.some(({ severity }) => severity === 'fault')
    return {
      domains: [],
      networks: [],
      networksFrom: at,
      ports: [],
      findings: isTold ? findings : [...findings, { severity: 'fault', server: 'exim', message: said, place: at }],
    }
  }
  const { stdout } = await exec(['exim4', '-bP', 'primary_hostname', 'message_size_limit', 'daemon_smtp_ports'])
  const value = (name: string) => new RegExp(`^${name} = (.*)$`, 'm').exec(stdout)?.[1]?.trim() ?? ''
  const list = async (name: string) => listOf((await exec(['exim4', '-bP', `+${name}`])).stdout)
  const [local, relayTo, from] = [
    await list('local_domains'),
    await list('relay_to_domains'),
    await list('relay_from_hosts'),
  ]
  const host = value('primary_hostname')
  const ports = value('daemon_smtp_ports')
    .split(/[\s:,]+/)
    .filter(Boolean)
  return {
    domains: [
      ...local
        .flatMap((name) => domainOf(name, host))
        .map((name) => ({ name, kind: 'local' as const, from: '+local_domains' })),
      ...relayTo
        .flatMap((name) => domainOf(name, host))
        .map((name) => ({ name, kind: 'relay' as const, from: '+relay_to_domains' })),
    ],
    networks: from,
    networksFrom: 'exim -bP +relay_from_hosts',
    ...sizeOf(value('message_size_limit')),
    ports: ports.flatMap((port) => {
      const number = PORTS[port] ?? Number(port)
      return Number.isInteger(number)
        ? [{ port: number, server: 'exim daemon', from: `daemon_smtp_ports = ${ports.join(' : ')}` }]
        : []
    }),
    findings,
  }
}

const PORTS: Record<string, number> = { smtp: 25, smtps: 465, ssmtp: 465, submissions: 465, submission: 587 }

/** `domainlist local_domains = @ : example.com` */
function listOf(stdout: string): string[] {
  const value = /^\w+list \w+ =\s*(.*)$/ms.exec(stdout)?.[1] ?? ''
  const separator = /^<(\S)/.exec(value)?.[1] ?? ':'
  return value
    .replace(/^<\S\s*/, '')
    .split(separator)
    .map((word) => word.trim())
    .filter(Boolean)
}

function domainOf(word: string, host: string): string[] {
  if (word === '@') return [host.toLowerCase()]
  return /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(word) ? [word.toLowerCase()] : []
}

function sizeOf(text: string): { sizeLimit?: number } {
  const [, digits, unit = ''] = /^(\d+)([KMG]?)$/.exec(text) ?? []
  return digits === undefined ? {} : { sizeLimit: Number(digits) * (UNITS[unit] ?? 1) }
}

/** `2026-11-29 … Exim configuration error in line 12 of /etc/exim4/exim4.conf:` with the reason in the next line. */
export function eximComplaints(text: string): Finding[] {
  const found: Finding[] = []
  for (const [, line, file = '', reason = ''] of text.matchAll(
    /Exim configuration error(?: in line (\d+) of (\S+?))?:\s*([^\n]*(?:\n\s+[^\n]*)*)/g,
  )) {
    found.push({
      severity: 'fault',
      server: 'exim',
      message: reason.replace(/\s+/g, ' ').trim(),
      ...(file === '' ? {} : { place: `${file}:${line}` }),
    })
  }
  for (const [, message = ''] of text.matchAll(/^(?:\d{4}-\d\d-\d\d \S+ )?(?:Warning|WARNING): (.*)$/gm)) {
    found.push({ severity: 'warning', server: 'exim', message })
  }
  return found
}
