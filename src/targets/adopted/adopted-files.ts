import type { ServerFile } from '../../engine/server-file.ts'
import type { PlannedOverlay } from './overlay.ts'
import { COMPILED_FILE } from './overlays/tables.ts'
import type { SourceFile, SourceTree } from './source-tree.ts'

/** What is put into the container: folders and files of mail servers, and none of what makes a Debian. */
const TAKEN =
  /^\/(?:etc\/(?:postfix|dovecot|exim4|mail|opensmtpd|smtpd|opendkim|dkimkeys|opendmarc|postgrey|postsrsd|rspamd|spamassassin|mailman3?|sympa|default|pam\.d|letsencrypt|ssl\/(?!certs\/)|pki|sasl|sasldb2|vmail|mailutils)(?:\/|$)|etc\/(?:aliases|mailname|smtpd\.conf|email-addresses|procmailrc|sasldb2|opendkim\.conf|opendmarc\.conf|postsrsd\.conf|vmail[^/]*|virtual[^/]*)$|usr\/local\/|opt\/|srv\/|var\/(?:vmail|mail|lib\/dovecot|lib\/rspamd|spool\/postfix\/etc)\/)/
/** Not of a mail server although it lies there. */
const NOT_TAKEN =
  /^\/etc\/(?:default\/(?!(?:exim4|opendkim|opendmarc|postgrey|postsrsd|saslauthd|spamassassin|spamd|sendmail|dovecot|postfix)$)|pam\.d\/(?!(?:smtp|imap|pop3|dovecot|exim4?|sieve)$)|mail\/(?:m4|tls\/starttls|smrsh)\/)/

export interface AdoptedFiles {
  files: { file: ServerFile; owner?: { user: string; group: string } }[]
  overlays: PlannedOverlay[]
}

/** The files of a source as they are put into the container; `asGiven`: also where servers refuse their modes. */
export function adoptedFiles(tree: SourceTree, { asGiven = false } = {}): AdoptedFiles {
  const taken = [...tree.files.values()].filter(
    ({ path }) => TAKEN.test(path) && !NOT_TAKEN.test(path) && !COMPILED_FILE.test(path) && fits(path),
  )
  const files = taken.map((file) => ({
    file: { path: file.path, content: file.content, mode: asGiven ? file.mode : file.mode & 0o7755 & ~0o022 },
    ...(file.owner && !unknownOwner(file) ? { owner: file.owner } : {}),
  }))
  const wide = taken.filter(({ mode }) => (mode & 0o022) !== 0)
  const strange = taken.filter(unknownOwner)
  const [first] = wide.length > 0 ? wide : strange
  const overlays: PlannedOverlay[] =
    first === undefined
      ? []
      : [
          {
            kind: 'owners',
            path: first.path,
            what: `${taken.length} files belong to root, and none is for its group to write`,
            why: 'a copy loses owners and modes; servers refuse what others may write',
            from: first.path,
            steps: [],
          },
        ]
  return { files, overlays }
}

/** Of a copy, whose owner says nothing. */
function unknownOwner({ owner }: SourceFile): boolean {
  return owner === undefined || !OWNERS.has(owner.user)
}

const OWNERS = new Set([
  'root',
  'postfix',
  'dovecot',
  'vmail',
  'opendkim',
  'Debian-exim',
  'smmsp',
  'smmta',
  'list',
  '_rspamd',
])

/** What a ustar header holds; longer names are no server's. */
function fits(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return Buffer.byteLength(name) <= 100 && Buffer.byteLength(path) - Buffer.byteLength(name) <= 155
}
