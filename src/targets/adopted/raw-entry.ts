import { InputError } from '../../errors/mailrig-error.ts'

/** What a folder or an archive holds, before its paths are those of a host. */
export interface RawEntry {
  /** Relative, without `.` and `..`. */
  path: string
  mode: number
  owner?: { user: string; group: string }
  /** The octets of a file, or where a link leads. */
  is: { content: Buffer } | { link: string } | { hardLink: string }
}

/** Far more than any mail server's configuration: who gives more has given something else. */
export const LIMITS = { entries: 20_000, octets: 64 << 20, file: 16 << 20 } as const

/** Counts what is read, and ends it where it is too much. */
export class Budget {
  #entries = 0
  #octets = 0

  /** @throws {InputError} SOURCE_TOO_LARGE */
  entry(path: string): void {
    this.#entries += 1
    if (this.#entries > LIMITS.entries) throw tooLarge(`more than ${LIMITS.entries} files, the last is ${path}`)
  }

  /** @throws {InputError} SOURCE_TOO_LARGE */
  octets(path: string, fileSoFar: number, more: number): void {
    this.#octets += more
    if (fileSoFar > LIMITS.file) throw tooLarge(`${path} has more than ${LIMITS.file >> 20} MiB`)
    if (this.#octets > LIMITS.octets) throw tooLarge(`more than ${LIMITS.octets >> 20} MiB in all, at ${path}`)
  }
}

function tooLarge(what: string): InputError {
  return new InputError(`this is no mail server's configuration: ${what}`, {
    code: 'SOURCE_TOO_LARGE',
    remedy:
      'Give the folders of the mail servers alone: tar c /etc/postfix /etc/dovecot /etc/aliases | mailrig check -',
  })
}

/** A path without `.` and empty parts. @throws {InputError} SOURCE_REFUSED where it climbs out by `..`. */
export function safePath(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  if (parts.includes('..') || path.includes('\0')) {
    throw new InputError(`the name ${JSON.stringify(path)} leads out of what was given`, {
      code: 'SOURCE_REFUSED',
      remedy: 'Make the archive anew with tar(1), without names that hold `..`.',
    })
  }
  return parts.join('/')
}
