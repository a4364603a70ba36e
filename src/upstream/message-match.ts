import type { RelayedMessage } from './relayed-message.ts'

/** Which message is meant; what is left out does not matter. */
export interface MessagePattern {
  /** Reverse-path; letter case counts in the local part only (RFC 5321 §2.4). */
  from?: string | RegExp
  /** One of the recipients. */
  to?: string | RegExp
  subject?: string | RegExp
  /** With or without angle brackets. */
  messageId?: string | RegExp
}

export type MessageMatch = MessagePattern | ((message: RelayedMessage) => boolean)

export function matches(message: RelayedMessage, match: MessageMatch): boolean {
  if (typeof match === 'function') return match(message)
  const { from, to, subject, messageId } = match
  return (
    (from === undefined || isAddress(message.from, from)) &&
    (to === undefined || message.to.some((address) => isAddress(address, to))) &&
    (subject === undefined || isText(message.subject, subject)) &&
    (messageId === undefined ||
      isText(message.messageId, typeof messageId === 'string' ? messageId.replace(/^<(.*)>$/, '$1') : messageId))
  )
}

/** The pattern in words, for "waited for a message …". */
export function describeMatch(match: MessageMatch | undefined): string {
  if (match === undefined) return 'a message'
  if (typeof match === 'function') return `a message for which ${String(match)} holds`
  const wanted = Object.entries(match).filter(([, value]) => value !== undefined)
  if (wanted.length === 0) return 'a message'
  return `a message with ${wanted.map(([key, value]) => `${key} ${value instanceof RegExp ? value : JSON.stringify(value)}`).join(' and ')}`
}

function isText(text: string, wanted: string | RegExp): boolean {
  return typeof wanted === 'string' ? text === wanted : text.search(wanted) !== -1
}

function isAddress(address: string, wanted: string | RegExp): boolean {
  return typeof wanted === 'string' ? foldDomain(address) === foldDomain(wanted) : isText(address, wanted)
}

function foldDomain(address: string): string {
  const at = address.lastIndexOf('@')
  return at === -1 ? address : address.slice(0, at) + address.slice(at).toLowerCase()
}
