import type { ServiceName } from '../facts.ts'
import { type DeclaredPort, dovecotPorts } from './declared-ports.ts'
import type { Finding } from './finding.ts'
import type { Listener } from './listening.ts'
import { type Overlay, shown } from './overlay.ts'
import type { ServedHost } from './served-host.ts'

/** Whether a configuration starts on a release, and what is odd about it. */
export interface StartVerdict {
  /** Debian's release, or the image that runs as it is. */
  release: string
  /** No server refused its configuration, and every port that the configuration declares listens. */
  starts: boolean
  /** Servers of the configuration that do not run: nothing can be said of what they would do. */
  down: string[]
  findings: Finding[]
  overlays: Overlay[]
  listening: Listener[]
  declared: DeclaredPort[]
}

/** What became of the start, as values: nothing of the host is left in them. */
export async function startVerdict(host: ServedHost): Promise<StartVerdict> {
  const { adopted, says, listening, label } = host
  const declared = [...(says?.ports ?? []), ...dovecotPorts(adopted.survey)]
  const open = new Set(listening.map(({ port }) => port))
  const silent = declared
    .filter(({ port }) => !open.has(port))
    .map(
      ({ port, server, from }): Finding => ({
        severity: 'fault',
        server: server.split(' ', 1).join(''),
        message: `port ${port} does not listen, although ${server} is to serve there`,
        place: from,
      }),
    )
  const logged = loggedProblems(host)
  const findings = unique([...host.findings, ...logged, ...silent])
  return {
    release: label,
    starts: !findings.some(({ severity }) => severity === 'fault'),
    down: downOf(host),
    findings,
    overlays: host.overlays.map(shown),
    listening: [...listening],
    declared,
  }
}

const STORE_SERVICES: readonly ServiceName[] = ['imap', 'imaps', 'pop3', 'pop3s', 'managesieve', 'lmtp']
const MTA_SERVICES: readonly ServiceName[] = ['smtp', 'submission', 'submissions']

/** Who refused its configuration, and answers at none of its ports. */
function downOf({ adopted, findings, facts }: ServedHost): string[] {
  const { mta, dovecot } = adopted.survey
  const servers: [string, readonly ServiceName[]][] = [
    ...(mta ? [[mta.name, MTA_SERVICES] as [string, readonly ServiceName[]]] : []),
    ...(dovecot ? [['dovecot', STORE_SERVICES] as [string, readonly ServiceName[]]] : []),
  ]
  return servers
    .filter(
      ([name, services]) =>
        findings.some(({ server, severity }) => server === name && severity === 'fault') &&
        !facts.services.some(({ service }) => services.includes(service)),
    )
    .map(([name]) => name)
}

/** What servers wrote into the system log so far, where it is a complaint. */
function loggedProblems({ container, adopted }: ServedHost): Finding[] {
  return container.logs.lines.flatMap(({ text }): Finding[] => {
    const [, server, level, message = ''] =
      /^\w{3} [ \d]\d [\d:]{8} \S+ (postfix|dovecot|exim4?|sendmail|sm-mta|opendkim)\b[^ ]* (?:\S+ )?(warning|error|fatal|panic|Warning|Error|Fatal|Panic): (.*)$/.exec(
        text,
      ) ?? []
    if (server === undefined || level === undefined) return []
    const severity = /warning/i.test(level) ? 'warning' : 'fault'
    const [, file, line] = /(\/etc\/[\w./-]+),? line (\d+)/.exec(message) ?? []
    const place = file === undefined ? {} : { place: `${file}:${line}` }
    return [{ severity, server, message: adopted.mask(message), ...place }]
  })
}

function unique(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((one) => [`${one.server} ${one.message} ${one.place ?? ''}`, one])).values()]
}
