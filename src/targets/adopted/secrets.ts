import { type SourceTree, textOf } from './source-tree.ts'

/** What stands in place of a secret. */
const MASK = '••••••'

/** A word so short may stand anywhere, and to mask it would hide the text. */
const SHORTEST = 4

/** `password = …` of the files that name a database, an LDAP server or another host's account. */
const SETTING = /^\s*[\w:.]*(?:password|passwd|dnpass|bind_pw|secret|api_key)\s*[=:]\s*"?([^"\s#;][^"\n]*?)"?;?\s*$/gim
/** `connect = host=… password=…` of Dovecot, and URIs. */
const IN_CONNECT = /\bpassword=("[^"]*"|'[^']*'|\S+)/gi
const IN_URI = /\b\w+:\/\/[^\s:@/]+:([^\s@/]+)@/g
/** A hash of crypt(5), or of Dovecot's schemes. */
const HASH = /(?:\{[A-Z0-9.-]+\}[^\s:]+|\$(?:1|2[abxy]|5|6|7|y|argon2\w*)\$[^\s:"']+)/g
/** hide mysql_servers = host/database/user/password */
const EXIM_SERVERS = /\b(?:mysql|pgsql|redis|ldap)_servers\s*=\s*(.*)$/gm

/**
 * Every secret of a configuration, by its kind: passwords for smarthosts, databases and directories, password hashes.
 * Private keys are known by their form, see {@link createMask}.
 */
export function secretsIn(tree: SourceTree): Set<string> {
  const secrets = new Set<string>()
  const add = (word: string | undefined) => {
    const bare = word?.trim().replace(/^["']|["']$/g, '')
    if (bare !== undefined && bare.length >= SHORTEST && !bare.startsWith('/') && !bare.startsWith('<'))
      secrets.add(bare)
  }
  for (const path of tree.files.keys()) {
    const text = textOf(tree, path) ?? ''
    if (text.includes('\0')) continue
    for (const [word] of text.matchAll(HASH)) {
      add(word)
      // {PLAIN}password
      add(word.replace(/^\{[^}]*\}/, ''))
    }
    for (const [, word] of text.matchAll(IN_CONNECT)) add(word)
    for (const [, word] of text.matchAll(IN_URI)) add(word)
    for (const [, word] of text.matchAll(SETTING)) add(word)
    for (const [, list = ''] of text.matchAll(EXIM_SERVERS)) {
      for (const server of list.split(':')) add(server.trim().split('/')[3])
    }
    if (/sasl_?passw|passwd\.client$|authinfo|smtp_auth/.test(path)) for (const word of clientSecrets(text)) add(word)
    if (isPasswordFile(path)) for (const word of fileSecrets(text)) add(word)
  }
  return secrets
}

/** `[host]:587 user:password`, `target:user:password` of Exim, `AuthInfo:host "U:user" "P:password"` of sendmail. */
function clientSecrets(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    if (/^\s*(?:#|$)/.test(line)) return []
    const [, sendmail] = /"P[:=]([^"]+)"/.exec(line) ?? []
    if (sendmail !== undefined) return [sendmail]
    const credentials = line.trim().split(/\s+/).at(-1) ?? ''
    const last = credentials.slice(credentials.indexOf(':') + 1)
    // Exim's three fields, where the first is a host.
    const parts = credentials.split(':')
    return [last, ...(parts.length > 2 ? [parts.slice(2).join(':')] : [])]
  })
}

function isPasswordFile(path: string): boolean {
  return /\/dovecot\/(?:.*\/)?(?:users|passwd|[\w.-]*passwd[\w.-]*|[\w.-]*\.users)$|\/exim4\/passwd$|\/etc\/shadow$/.test(
    path,
  )
}

function fileSecrets(text: string): string[] {
  return text.split('\n').flatMap((line) => (/^\s*(?:#|$)/.test(line) ? [] : (line.split(':')[1] ?? [])))
}

/** Such a word may be part of another in any text: `pass` of a sample is in `password`. */
const COMMON = /^[a-z]{1,7}$/i

function alone(word: string): RegExp {
  return new RegExp(`(?<![A-Za-z])${word}(?![A-Za-z])`, 'g')
}

const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g

/**
 * Gives a function that hides secrets in a text: those of a configuration, wherever they stand, and whatever has the form
 * of a private key or a password hash. As they are, and as AUTH PLAIN and LOGIN carry them (base64).
 */
export function createMask(secrets: Iterable<string>): (text: string) => string {
  const words = [...secrets].flatMap((word) => [
    word,
    // As JSON has it.
    JSON.stringify(word).slice(1, -1),
    Buffer.from(word).toString('base64').replace(/=+$/, ''),
  ])
  // Long ones first: one may be part of another.
  words.sort((a, b) => b.length - a.length)
  return (text) => {
    let masked = text.replace(PRIVATE_KEY, MASK).replace(HASH, MASK)
    for (const word of words) masked = masked.replaceAll(COMMON.test(word) ? alone(word) : word, MASK)
    return masked
  }
}
