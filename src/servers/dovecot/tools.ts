import type { FolderStatus, Question, QuotaRow, StoredFields, StoredPlace } from '../store.ts'

/** doveconf(1): `name = value`, or `name { … }` for a block of 2.4, whose inside is given. Nothing for an unknown name. */
export function setting(name: string): Question<string | undefined> {
  return {
    command: ['doveconf', name],
    parse(stdout) {
      const line = /^\S+ = ?(.*)$/.exec(stdout.trimEnd())
      if (line) return line[1]
      return /^\S+ \{\n(.*)\}\n$/s.exec(stdout)?.[1]?.trim()
    },
  }
}

/** doveadm-mailbox(1). */
export function folders(user: string): Question<string[]> {
  return {
    command: json('mailbox', 'list', '-u', user),
    parse: (stdout) => rows(stdout).map(({ mailbox = '' }) => mailbox),
  }
}

/** doveadm-mailbox(1). */
export function status(user: string, folder: string): Question<FolderStatus> {
  return {
    command: json('mailbox', 'status', '-u', user, 'messages unseen uidnext uidvalidity vsize', folder),
    parse(stdout) {
      const [row = {}] = rows(stdout)
      return {
        messages: Number(row.messages),
        unseen: Number(row.unseen),
        uidNext: Number(row.uidnext),
        uidValidity: Number(row.uidvalidity),
        size: Number(row.vsize),
      }
    },
  }
}

/** doveadm-fetch(1) has the fields, doveadm-search-query(7) the query. */
export function fetch(user: string, fields: readonly string[], query: readonly string[]): Question<StoredFields[]> {
  return { command: json('fetch', '-u', user, fields.join(' '), ...query), parse: rows }
}

export function find(user: string, messageIds: readonly string[]): Question<StoredPlace[]> {
  const query = messageIds.flatMap((id, index) => [...(index === 0 ? [] : ['OR']), 'HEADER', 'Message-ID', `<${id}>`])
  return {
    command: json('fetch', '-u', user, 'user mailbox uid hdr.message-id', '(', ...query, ')'),
    parse: (stdout) =>
      rows(stdout).map((row) => ({
        user: row.user ?? '',
        folder: row.mailbox ?? '',
        uid: Number(row.uid),
        messageId: row['hdr.message-id']?.replace(/^<(.*)>$/, '$1') ?? '',
      })),
  }
}

/** doveadm-quota(1). */
export function quota(user: string): Question<QuotaRow[]> {
  return {
    command: json('quota', 'get', '-u', user),
    parse: (stdout) =>
      rows(stdout).map(({ type = '', value, limit }) => ({
        type,
        used: Number(value),
        limit: limit === undefined || limit === '-' ? undefined : Number(limit),
      })),
  }
}

/** dovecot-lda(1). */
export function deliver(user: string, sender: string): string[] {
  return ['/usr/lib/dovecot/dovecot-lda', '-d', user, '-f', sender]
}

function json(...command: string[]): string[] {
  return ['doveadm', '-f', 'json', ...command]
}

/** doveadm gives every value as a string. */
function rows(stdout: string): StoredFields[] {
  return JSON.parse(stdout) as StoredFields[]
}
