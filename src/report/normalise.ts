import { MTA_TITLES } from '../servers/registry.ts'
import type { Reply } from '../session/reply.ts'

/** What differs from run to run although the behaviour is the same. */
export interface Variables {
  /** Queue ids the reply may hold. */
  queueIds: readonly string[]
}

/** A reply as a cell of the behaviour table: its first line, and how many more there are. */
export function normaliseReply(reply: Pick<Reply, 'code' | 'lines'>, variables: Variables): string {
  const [first = '', ...more] = reply.lines
  const text = normaliseText(first, variables).trim()
  const rest = more.length === 0 ? '' : ` (+${more.length} ${more.length === 1 ? 'line' : 'lines'})`
  return `${reply.code}${text === '' ? '' : ` ${text}`}${rest}`
}

const ADDRESS = /\b(?:\d{1,3}\.){3}\d{1,3}\b/g
/** RFC 5322 date-time, as banners and Exim's logs have it. */
const TIME =
  /\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} (?:[+-]\d{4}(?: \([A-Z]+\))?|GMT)/g
/** A version after the name of a server; enhanced status codes look alike and stay. */
const VERSION = new RegExp(`\\b(${MTA_TITLES.join('|')}|version) \\d+\\.\\d[\\w.+/-]*`, 'gi')

/** Puts ID, ADDRESS, TIME and VERSION where these stand. Control characters are shown as escapes. */
export function normaliseText(text: string, { queueIds }: Variables): string {
  const withoutIds = queueIds.reduce((rest, queueId) => rest.replaceAll(queueId, 'ID'), text)
  return withoutIds
    .replace(TIME, 'TIME')
    .replace(VERSION, '$1 VERSION')
    .replace(ADDRESS, 'ADDRESS')
    .replace(/[\x00-\x1f\x7f]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`)
}
