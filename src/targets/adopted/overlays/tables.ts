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

/** Only these may be empty: a list of passwords is made up instead (secrets). */
const SECRET = /_sasl_password_maps$/

/** Every table of files that Postfix names: compiled from its source, empty where the source was not given. */
export function tableOverlays({ survey, postfix, exists }: PlanInput): PlannedOverlay[] {
  if (!postfix) return []
  const overlays = new Map<string, PlannedOverlay>()
  for (const { name, value } of valuesOf(postfix, (parameter) => !SECRET.test(parameter))) {
    for (const { type, name: path } of tablesIn(value)) {
      if (!path.startsWith('/') || overlays.has(path) || !(COMPILED.has(type) || PLAIN.has(type))) continue
      const missing = !exists(path)
      if (!missing && PLAIN.has(type)) continue
      const compile: OverlayStep = { run: [ALIASES.test(name) ? 'postalias' : 'postmap', `${type}:${path}`] }
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

/** What a compiled table is called, beside its source. */
export const COMPILED_FILE = /\.(?:db|cdb|lmdb|dir|pag)$/
