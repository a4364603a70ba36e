import type { OverlayStep, PlannedOverlay } from '../overlay.ts'
import type { PlanInput } from '../plan.ts'
import { tablesIn } from '../postfix-text.ts'
import { originOf, valuesOf } from '../settings.ts'

/** Types that postmap(1) compiles. */
const COMPILED = new Set(['btree', 'cdb', 'dbm', 'hash', 'lmdb', 'sdbm'])
/** Types whose file Postfix reads itself. */
const PLAIN = new Set(['cidr', 'pcre', 'regexp', 'texthash'])

/** Parameters whose tables are in the form of aliases(5). */
const ALIASES = /^alias_(?:maps|database)$/

/** Passwords are made up instead (secrets); caches Postfix makes itself; lists of what proxymap may read name no new one. */
const NOT_HERE =
  /_sasl_password_maps$|^proxy_(?:read|write)_maps$|_cache_(?:map|database)$|^address_verify_map$|^postscreen_cache_map$/

/** Every table of files that Postfix names: compiled from its source, empty where the source was not given. */
export function tableOverlays({ survey, postfix, exists }: PlanInput): PlannedOverlay[] {
  if (survey.mta?.name === 'sendmail') return sendmailTables(survey)
  if (!postfix) return []
  const overlays = new Map<string, PlannedOverlay>()
  const set = new Set(survey.main.settings.map(({ name }) => name))
  // The line that names a table before a parameter that is only made of others.
  const values = valuesOf(postfix, (parameter) => !NOT_HERE.test(parameter)).sort(
    (a, b) => Number(set.has(b.name)) - Number(set.has(a.name)),
  )
  for (const { name, value } of values) {
    for (const { type, name: path } of tablesIn(value)) {
      if (!path.startsWith('/') || overlays.has(path) || !(COMPILED.has(type) || PLAIN.has(type))) continue
      const missing = !exists(path)
      if (!missing && PLAIN.has(type)) continue
      const compile = compileStep(ALIASES.test(name) ? 'postalias' : 'postmap', type, path)
      overlays.set(path, {
        kind: 'tables',
        path,
        what: missing
          ? `an empty table${COMPILED.has(type) ? ', compiled' : ''}`
          : `compiled for this release as ${type}`,
        why: missing
          ? 'it was not given: every lookup would fail, 451'
          : 'a compiled table of another machine may not fit, and without one every lookup would fail, 451',
        from: originOf(survey, name),
        steps: [
          ...(missing ? [{ write: { path, content: ALIASES.test(name) ? 'postmaster: root\n' : '' } }] : []),
          ...(COMPILED.has(type) ? [compile] : []),
        ],
      })
    }
  }
  return [...overlays.values()]
}

const SENDMAIL_TABLES = ['access', 'virtusertable', 'mailertable', 'domaintable', 'genericstable', 'userdb', 'authinfo']

function sendmailTables({ tree }: PlanInput['survey']): PlannedOverlay[] {
  return SENDMAIL_TABLES.flatMap((name) => {
    const path = `/etc/mail/${name}`
    if (!tree.files.has(path)) return []
    return [
      {
        kind: 'tables' as const,
        path,
        what: 'compiled for this release as hash',
        why: 'a compiled table of another machine may not fit',
        from: path,
        steps: [{ run: ['sh', '-c', 'makemap hash "$1.db" < "$1"', 'compile', path] }],
      },
    ]
  })
}

/** A file younger than two seconds passes for half-written: every program of Postfix would wait that out. */
export function compileStep(program: 'postmap' | 'postalias', type: string, path: string): OverlayStep {
  return { run: ['sh', '-c', 'touch -d @1 "$2" && exec "$1" "$3:$2"', 'compile', program, path, type] }
}

/** What a compiled table is called, beside its source. */
export const COMPILED_FILE = /\.(?:db|cdb|lmdb|dir|pag)$/
