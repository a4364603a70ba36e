import { posix } from 'node:path'
import { InputError } from '../../errors/mailrig-error.ts'
import type { RawEntry } from './raw-entry.ts'
import type { SourceFile, SourceTree } from './source-tree.ts'

/** Folders in /etc that make a folder look like /etc. */
const SERVER_FOLDERS = ['postfix', 'dovecot', 'exim4', 'exim', 'mail', 'opensmtpd', 'smtpd.conf']

/** Where packages and certificates lie, which a configuration may name without bringing them along. */
const MAY_BE_ABSENT =
  /^\/(?:usr|lib\w*|bin|sbin|var|run|proc|sys|dev|boot|etc\/(?:ssl|letsencrypt|pki|alternatives))(?:\/|$)/

/** Files of Debian's packages in /etc, which belong to the release and not to the user. */
const OF_THE_PACKAGE =
  /^\/etc\/(?:postfix\/(?:dynamicmaps\.cf(?:\.d\/.*)?|postfix-files(?:\.d\/.*)?|post-install|postfix-script|makedefs\.out|main\.cf\.proto|master\.cf\.proto)|mail\/(?:sendmail\.conf~|tls\/starttls\.m4))$/

/**
 * Puts what was read where it lies on its host: as /etc, as a folder with `etc/` in it, or as the folder of one server.
 * Links are followed inside of what was given, and nowhere else.
 *
 * @throws {InputError} SOURCE_UNKNOWN where no mail server's folder is in it, SOURCE_REFUSED for a link that leads out.
 */
export function layOutSource(label: string, raw: readonly RawEntry[], unreadable: readonly string[] = []): SourceTree {
  const prefix = prefixOf(label, raw)
  const byPath = new Map(raw.map((entry) => [posix.join(prefix, entry.path), entry]))
  const left = unreadable.map((path) => ({ path: posix.join(prefix, path), reason: 'this user may not read it' }))
  const files = new Map<string, SourceFile>()
  for (const [path, entry] of byPath) {
    if (OF_THE_PACKAGE.test(path)) {
      left.push({ path, reason: 'it belongs to the package, not to the configuration' })
      continue
    }
    const found = follow(path, entry, byPath, prefix)
    if (typeof found === 'string') left.push({ path, reason: found })
    else
      files.set(path, {
        path,
        content: found.content,
        mode: found.mode,
        ...(entry.owner ? { owner: entry.owner } : {}),
      })
  }
  return { label, files, left }
}

/** Several folders, each of one server, as one host. */
export function joinTrees(label: string, trees: readonly SourceTree[]): SourceTree {
  return {
    label,
    files: new Map(trees.flatMap(({ files }) => [...files])),
    left: trees.flatMap(({ left }) => left),
  }
}

/** Files of one server's folder, as `--postfix DIR` gives it. */
export function layOutServer(
  label: string,
  folder: string,
  raw: readonly RawEntry[],
  unreadable: readonly string[],
): SourceTree {
  const inside = (path: string) => `etc/${folder}/${path}`
  return layOutSource(
    label,
    raw.map((entry) => ({ ...entry, path: inside(entry.path) })),
    unreadable.map(inside),
  )
}

function prefixOf(label: string, raw: readonly RawEntry[]): string {
  const starts = (folder: string) => raw.some(({ path }) => path === folder || path.startsWith(`${folder}/`))
  if (SERVER_FOLDERS.some((name) => starts(`etc/${name}`))) return '/'
  if (SERVER_FOLDERS.some((name) => starts(name))) return '/etc'
  if (starts('main.cf')) return '/etc/postfix'
  if (starts('dovecot.conf')) return '/etc/dovecot'
  if (starts('exim4.conf') || starts('update-exim4.conf.conf')) return '/etc/exim4'
  if (starts('sendmail.mc') || starts('sendmail.cf')) return '/etc/mail'
  throw new InputError(`${label} holds no configuration of a mail server`, {
    code: 'SOURCE_UNKNOWN',
    remedy:
      'Name a folder laid out as /etc, with postfix/, dovecot/, exim4/ or mail/ in it, or the folder of one server.',
  })
}

/** The file behind a path; a sentence where it is left out. */
function follow(
  path: string,
  entry: RawEntry,
  all: ReadonlyMap<string, RawEntry>,
  prefix: string,
): { content: Buffer; mode: number } | string {
  let at = path
  let found: RawEntry | undefined = entry
  for (let hops = 0; hops < 16; hops += 1) {
    if (found === undefined) break
    if ('content' in found.is) return { content: found.is.content, mode: found.mode }
    const target: string =
      'hardLink' in found.is ? posix.join(prefix, found.is.hardLink) : posix.resolve(posix.dirname(at), found.is.link)
    const climbs = 'link' in found.is && climbsOut(at, found.is.link)
    found = all.get(target)
    if (found !== undefined) {
      at = target
      continue
    }
    if (!climbs && MAY_BE_ABSENT.test(target)) return `it is a link to ${target}`
    throw leadsOut(path, target)
  }
  throw leadsOut(path, 'itself')
}

/** Whether a relative link goes above the root. */
function climbsOut(at: string, link: string): boolean {
  if (link.startsWith('/')) return false
  let depth = at.split('/').length - 2
  for (const part of link.split('/')) {
    if (part === '..') depth -= 1
    else if (part !== '' && part !== '.') depth += 1
    if (depth < 0) return true
  }
  return false
}

function leadsOut(path: string, target: string): InputError {
  return new InputError(`${path} is a link to ${target}, which leads out of what was given`, {
    code: 'SOURCE_REFUSED',
    remedy: 'Bring along what the link leads to, or leave the link out.',
  })
}
