import { smtpdStatements } from '../opensmtpd-text.ts'
import type { OverlayStep, PlannedOverlay } from '../overlay.ts'
import type { PlanInput } from '../plan.ts'
import { originOf, valuesOf } from '../settings.ts'
import { formatPlace } from '../source-tree.ts'

/** A path at which a server reads TLS material, and what it expects there. */
interface Wanted {
  path: string
  what: 'certificate' | 'key' | 'both' | 'parameters' | 'authority'
  from: string
}

/**
 * Certificates and keys at the paths that the configuration names, signed by the rig's authority for all its names. Also
 * where real ones came along: a private key has no business in a test, and no client of a rig trusts their issuer.
 */
export function certificateOverlays(input: PlanInput): PlannedOverlay[] {
  const wanted = joined([
    ...postfixFiles(input),
    ...dovecotFiles(input),
    ...eximFiles(input),
    ...sendmailFiles(input),
    ...smtpdFiles(input),
  ])
  return wanted.map(({ path, what, from }) => ({
    kind: 'certificates' as const,
    path,
    what:
      what === 'parameters'
        ? 'Diffie-Hellman parameters of RFC 7919'
        : what === 'authority'
          ? "the certificate of the rig's authority"
          : `a ${what === 'both' ? 'certificate and its key' : what} of the rig for ${input.host}`,
    why: input.exists(path)
      ? 'clients of a rig trust its own authority alone, and a real key stays out of a test'
      : 'it was not given: Dovecot would not start, Postfix would announce STARTTLS and fail the handshake',
    from,
    steps: stepsFor({ path, what }, input),
  }))
}

function stepsFor({ path, what }: Pick<Wanted, 'path' | 'what'>, { tls, survey }: PlanInput): OverlayStep[] {
  // Exim reads its key after it has given up root.
  const owner = survey.mta?.name === 'exim' ? { owner: 'root:Debian-exim' } : {}
  const chain = joinPem(tls.certificate, tls.authority)
  switch (what) {
    case 'parameters':
      return [
        { run: ['mkdir', '-p', path.replace(/\/[^/]*$/, '')] },
        { run: ['openssl', 'genpkey', '-genparam', '-algorithm', 'DH', '-pkeyopt', 'group:ffdhe2048', '-out', path] },
      ]
    case 'certificate':
      return [{ write: { path, content: chain } }]
    case 'authority':
      return [{ write: { path, content: tls.authority } }]
    case 'key':
      return [{ write: { path, content: tls.key, mode: keyMode(survey) }, ...owner }]
    case 'both':
      return [{ write: { path, content: joinPem(tls.key, chain), mode: keyMode(survey) }, ...owner }]
  }
}

/** sendmail refuses a key that its group may read. */
function keyMode({ mta }: PlanInput['survey']): number {
  return mta?.name === 'exim' ? 0o640 : 0o600
}

/** PEM blocks one after the other: two on one line are none. */
function joinPem(...blocks: readonly string[]): string {
  return blocks.map((block) => `${block.trimEnd()}\n`).join('')
}

/** One entry a path; a path that is certificate and key holds both. */
function joined(wanted: readonly Wanted[]): Wanted[] {
  const byPath = new Map<string, Wanted>()
  for (const one of wanted) {
    const known = byPath.get(one.path)
    if (known === undefined) byPath.set(one.path, one)
    else if (known.what !== one.what && [known.what, one.what].includes('key'))
      byPath.set(one.path, { ...known, what: 'both' })
  }
  return [...byPath.values()]
}

function postfixFiles({ survey, postfix }: PlanInput): Wanted[] {
  if (!postfix) return []
  return valuesOf(postfix, (name) => /^(?:smtpd|smtp|lmtp|tlsproxy)_tls_/.test(name)).flatMap(
    ({ name, value }): Wanted[] => {
      const from = originOf(survey, name)
      const paths = value.split(/[\s,]+/).filter((path) => path.startsWith('/'))
      if (/_(?:|d|ec)cert_file$/.test(name)) return paths.map((path) => ({ path, what: 'certificate', from }))
      if (/_(?:|d|ec)key_file$/.test(name)) return paths.map((path) => ({ path, what: 'key', from }))
      if (/_chain_files$/.test(name)) return paths.map((path) => ({ path, what: 'both', from }))
      if (/_dh\d+_param_file$/.test(name)) return paths.map((path) => ({ path, what: 'parameters', from }))
      return []
    },
  )
}

const DOVECOT_SETTINGS: Record<string, Wanted['what']> = {
  ssl_cert: 'certificate',
  ssl_alt_cert: 'certificate',
  ssl_server_cert_file: 'certificate',
  ssl_server_alt_cert_file: 'certificate',
  ssl_key: 'key',
  ssl_alt_key: 'key',
  ssl_server_key_file: 'key',
  ssl_server_alt_key_file: 'key',
  ssl_dh: 'parameters',
  ssl_server_dh_file: 'parameters',
  ssl_ca: 'authority',
  ssl_server_ca_file: 'authority',
  ssl_client_ca_file: 'authority',
}

function dovecotFiles({ survey }: PlanInput): Wanted[] {
  return survey.dovecotSettings.flatMap(({ key, value, at }): Wanted[] => {
    const what = DOVECOT_SETTINGS[key ?? '']
    const path = value.replace(/^<\s*/, '')
    return what === undefined || !path.startsWith('/') ? [] : [{ path, what, from: formatPlace(at) }]
  })
}

/** `pki NAME cert "…"`, `pki NAME key "…"`, `ca NAME cert "…"` (smtpd.conf(5)). */
function smtpdFiles({ survey }: PlanInput): Wanted[] {
  if (survey.mta?.name !== 'opensmtpd') return []
  return smtpdStatements(survey.tree).flatMap(({ words, at }): Wanted[] => {
    const [kind, , part, path = ''] = words
    if ((kind !== 'pki' && kind !== 'ca') || !path.startsWith('/')) return []
    const what = kind === 'ca' ? 'authority' : part === 'key' ? 'key' : 'certificate'
    return [{ path, what, from: formatPlace(at) }]
  })
}

/** Exim's may be expanded at each connection; a plain path is looked for. */
function eximFiles({ survey }: PlanInput): Wanted[] {
  if (survey.mta?.name !== 'exim') return []
  const wanted: Wanted[] = []
  for (const [path, { content }] of survey.tree.files) {
    if (!path.startsWith('/etc/exim4/')) continue
    for (const [index, line] of content.toString('utf8').split('\n').entries()) {
      const [, name, file] =
        /^\s*(tls_certificate|tls_privatekey|MAIN_TLS_CERTIFICATE|MAIN_TLS_PRIVATEKEY|MAIN_TLS_CERTKEY)\s*=\s*(\/\S+)/.exec(
          line,
        ) ?? []
      if (name === undefined || file === undefined) continue
      const what = /CERTKEY/.test(name) ? 'both' : /cert/i.test(name) ? 'certificate' : 'key'
      wanted.push({ path: file, what, from: `${path}:${index + 1}` })
    }
  }
  return wanted
}

/** In the words of sendmail.mc and of sendmail.cf (cf/README, "STARTTLS"). */
const SENDMAIL_SETTINGS: Record<string, Wanted['what']> = {
  confSERVER_CERT: 'certificate',
  ServerCertFile: 'certificate',
  confSERVER_KEY: 'key',
  ServerKeyFile: 'key',
  confCLIENT_CERT: 'certificate',
  ClientCertFile: 'certificate',
  confCLIENT_KEY: 'key',
  ClientKeyFile: 'key',
  confCACERT: 'authority',
  CACertFile: 'authority',
}

function sendmailFiles({ survey }: PlanInput): Wanted[] {
  if (survey.mta?.name !== 'sendmail') return []
  const files = ['/etc/mail/sendmail.mc', '/etc/mail/sendmail.cf']
  return files.flatMap((file) =>
    (survey.tree.files.get(file)?.content.toString('utf8') ?? '').split('\n').flatMap((line, index): Wanted[] => {
      const [, name = '', path = ''] =
        /^\s*define\(`(\w+)',\s*`(\/[^']+)'/.exec(line) ?? /^O (\w+)=(\/\S+)/.exec(line) ?? []
      const what = SENDMAIL_SETTINGS[name]
      return what === undefined ? [] : [{ path, what, from: `${file}:${index + 1}` }]
    }),
  )
}
