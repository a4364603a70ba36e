import type { Exec } from '../../engine/exec.ts'
import type { DeclaredPort } from './declared-ports.ts'
import type { Finding } from './finding.ts'
import type { MtaSays } from './mta-says.ts'
import { SMTPD_CONF, type SmtpdStatement, smtpdStatements, tableValues, wordAfter } from './opensmtpd-text.ts'
import { formatPlace } from './source-tree.ts'
import type { Survey } from './survey.ts'

/** Has OpenSMTPD read its file (smtpd -n, which lists every line that it refuses), and reads the rest of its text. */
export async function askOpenSmtpd(exec: Exec, survey: Survey): Promise<MtaSays> {
  const { exitCode, stderr, stdout } = await exec(['smtpd', '-n', '-f', SMTPD_CONF])
  const findings = smtpdComplaints(stderr)
  // Certificates are laid over later.
  const refuses = exitCode !== 0 && !/failed to load (?:certificate|key|CA)/.test(stderr)
  const statements = smtpdStatements(survey.tree)
  const size = statements.map((one) => wordAfter(one, 'max-message-size')).find((word) => word !== undefined)
  return {
    domains: domainsOf(statements, survey),
    networks: ['127.0.0.0/8', ...networksOf(statements, survey)],
    networksFrom: SMTPD_CONF,
    recipientDelimiter: statements.map((one) => wordAfter(one, 'sub-addr-delim')).find(Boolean) ?? '+',
    sizeLimit: size === undefined ? 36_700_160 : octets(size),
    ports: smtpdPorts(survey),
    findings:
      !refuses || findings.length > 0
        ? findings
        : [{ severity: 'fault', server: 'opensmtpd', message: (stderr || stdout).trim(), place: SMTPD_CONF }],
  }
}

/** `/etc/smtpd.conf:12: syntax error` */
export function smtpdComplaints(text: string): Finding[] {
  return text.split('\n').flatMap((line): Finding[] => {
    const [, file, number, message] = /^(\/\S+?):(\d+): (.*)$/.exec(line) ?? []
    if (file === undefined || message === undefined) return []
    return [{ severity: 'fault', server: 'opensmtpd', message, place: `${file}:${number}` }]
  })
}

/** Sizes as scan_scaled(3) reads them, e.g. `35M`. */
function octets(size: string): number {
  const [, number = '0', unit = ''] = /^(\d+)([KMG]?)/i.exec(size) ?? []
  return Number(number) * ({ K: 1 << 10, M: 1 << 20, G: 1 << 30 }[unit.toUpperCase()] ?? 1)
}

/** `for domain NAME`, `for domain <table>`, `for domain { … }`, of rules that deliver. */
function domainsOf(statements: readonly SmtpdStatement[], { tree }: Survey): MtaSays['domains'] {
  const relays = new Set(
    statements.filter(({ words }) => words[0] === 'action' && words.includes('relay')).map(({ words }) => words[1]),
  )
  return statements.flatMap((statement) => {
    const { words, at } = statement
    const begin = words.findIndex((word, index) => word === 'for' && words[index + 1] === 'domain')
    if (words[0] !== 'match' || begin < 0 || relays.has(wordAfter(statement, 'action'))) return []
    const end = words.findIndex((word, index) => index > begin + 1 && PARTS.has(word))
    const named = words.slice(begin + 2, end < 0 ? undefined : end)
    const names = named.flatMap((word) => (/^<.*>$/.test(word) ? tableValues(tree, word.slice(1, -1)) : [word]))
    return names
      .filter((name) => /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(name))
      .map((name) => ({ name: name.toLowerCase(), kind: 'local' as const, from: formatPlace(at) }))
  })
}

/** Words that begin another part of a match. */
const PARTS = new Set(['action', 'reject', 'from', 'auth', 'tls', 'mail-from', 'rcpt-to', 'helo', 'tag'])

/** `match from src … for any`: those may relay. */
function networksOf(statements: readonly SmtpdStatement[], { tree }: Survey): string[] {
  return statements.flatMap((statement) => {
    const { words } = statement
    if (words[0] !== 'match' || words.includes('reject') || wordAfter(statement, 'for') !== 'any') return []
    if (wordAfter(statement, 'from') === 'any' && !words.includes('auth')) return ['0.0.0.0/0']
    const source = wordAfter(statement, 'from', 'src')
    if (source === undefined) return []
    return /^<.*>$/.test(source) ? tableValues(tree, source.slice(1, -1)) : [source]
  })
}

const PORTS: Record<string, number> = { smtp: 25, smtps: 465, submissions: 465, submission: 587 }

/** Where its `listen on` statements say that it serves. */
export function smtpdPorts({ tree }: Survey): DeclaredPort[] {
  return smtpdStatements(tree)
    .filter(({ words }) => words[0] === 'listen' && words[1] === 'on' && words[2] !== 'socket')
    .map((statement) => {
      const port = wordAfter(statement, 'port')
      const usual = statement.words.includes('smtps') ? 465 : 25
      const number = port === undefined ? usual : (PORTS[port] ?? Number(port))
      return {
        port: number,
        server: `opensmtpd ${statement.words.slice(0, 3).join(' ')}`,
        from: formatPlace(statement.at),
      }
    })
}
