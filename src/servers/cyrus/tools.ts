import type { FolderStatus, Question, QuotaRow, StoredFields, StoredPlace } from '../store.ts'

/** imapd.conf(5) with its defaults, as cyr_info(8) lists it: `name: value`. */
export function setting(name: string): Question<string | undefined> {
  return {
    command: ['/usr/lib/cyrus/bin/cyr_info', 'conf-all'],
    parse: (stdout) =>
      stdout
        .split('\n')
        .find((line) => line.startsWith(`${name}: `))
        ?.slice(name.length + 2),
  }
}

/** LIST (RFC 9051 §6.3.9). */
export function folders(user: string): Question<string[]> {
  return ask('folders', user)
}

/** STATUS (RFC 9051 §6.3.11). */
export function status(user: string, folder: string): Question<FolderStatus> {
  return ask('status', user, folder)
}

/** Fields are items of FETCH, or `mailbox`; the query is keys of SEARCH (RFC 9051 §6.4.4, §6.4.5). */
export function fetch(user: string, fields: readonly string[], query: readonly string[]): Question<StoredFields[]> {
  return ask('fetch', user, fields.join(' '), query.join(' '))
}

export function find(user: string, messageIds: readonly string[]): Question<StoredPlace[]> {
  return ask('find', user, ...messageIds)
}

/** GETQUOTAROOT (RFC 9208). */
export function quota(user: string): Question<QuotaRow[]> {
  const { command, parse } = ask<{ type: string; used: number; limit: number }[]>('quota', user)
  return { command, parse }
}

/** deliver(8): hands the message to lmtpd. */
export function deliver(user: string, sender: string): string[] {
  return ['/usr/lib/cyrus/bin/deliver', '-r', sender, '-a', user, user]
}

/** A question to docker/cyrus/ask.pl, which answers in JSON. */
function ask<T>(...question: string[]): Question<T> {
  return { command: ['mailrig-ask', ...question], parse: (stdout) => JSON.parse(stdout) as T }
}
