import type { PlannedOverlay } from '../overlay.ts'
import type { PlanInput } from '../plan.ts'
import { tablesIn } from '../postfix-text.ts'
import { originOf, valuesOf } from '../settings.ts'
import type { Smarthost } from '../world-names.ts'
import { compileStep } from './tables.ts'

/** What stands where a secret was not given. It opens nothing. */
const MADE_UP = { user: 'mailrig', password: 'made-up-by-mailrig' } as const

/** Lists of passwords for smarthosts: made up where they were not given, compiled where they were. */
export function secretOverlays(
  { survey, postfix, exists }: PlanInput,
  smarthosts: readonly Smarthost[],
): PlannedOverlay[] {
  if (survey.mta?.name === 'exim') return eximSecrets(survey, smarthosts)
  if (!postfix) return []
  const overlays = new Map<string, PlannedOverlay>()
  for (const { name, value } of valuesOf(postfix, (parameter) =>
    /^(?:smtp|lmtp)_sasl_password_maps$/.test(parameter),
  )) {
    for (const { type, name: path } of tablesIn(value)) {
      if (!path.startsWith('/') || overlays.has(path) || /^(?:mysql|pgsql|ldap|sqlite|static)$/.test(type)) continue
      const missing = !exists(path)
      const plain = /^(?:cidr|pcre|regexp|texthash)$/.test(type)
      if (!missing && plain) continue
      const rows = smarthosts.flatMap(({ name: host, port }) =>
        [`[${host}]:${port}`, `${host}:${port}`, `[${host}]`, host].map(
          (key) => `${key} ${MADE_UP.user}:${MADE_UP.password}`,
        ),
      )
      overlays.set(path, {
        kind: missing ? 'secrets' : 'tables',
        path,
        what: missing ? 'a made-up user and password for each smarthost' : `compiled for this release as ${type}`,
        why: missing
          ? 'it was not given: every message for others would be deferred'
          : 'a compiled table of another machine may not fit',
        from: originOf(survey, name),
        steps: [
          ...(missing ? [{ write: { path, content: rows.map((row) => `${row}\n`).join(''), mode: 0o600 } }] : []),
          ...(plain ? [] : [compileStep('postmap', type, path)]),
        ],
      })
    }
  }
  return [...overlays.values()]
}

/** The file that Debian's client authenticators look into. */
const CLIENT_PASSWORDS = '/etc/exim4/passwd.client'

function eximSecrets({ tree }: PlanInput['survey'], smarthosts: readonly Smarthost[]): PlannedOverlay[] {
  const [first] = smarthosts
  if (first === undefined || tree.files.has(CLIENT_PASSWORDS)) return []
  const rows = smarthosts.map(({ name }) => `${name}:${MADE_UP.user}:${MADE_UP.password}\n`)
  return [
    {
      kind: 'secrets',
      path: CLIENT_PASSWORDS,
      what: 'a made-up user and password for each smarthost',
      why: 'it was not given, and without one no login is tried',
      from: first.from,
      steps: [{ write: { path: CLIENT_PASSWORDS, content: rows.join(''), mode: 0o640 }, owner: 'root:Debian-exim' }],
    },
  ]
}
