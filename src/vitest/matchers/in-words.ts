import { LoadAccount } from '../../load/load-account.ts'
import { Rig } from '../../rig/rig.ts'
import { RunningMta } from '../../rig/running-mta.ts'
import { formatReply, type Reply } from '../../session/reply.ts'
import { Upstream } from '../../upstream/upstream.ts'
import type { ReceivingMailbox } from '../receiving-mailbox.ts'

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

export function isPromise(value: unknown): boolean {
  return isObject(value) && typeof value.then === 'function'
}

export function isReply(value: unknown): value is Reply {
  return (
    isObject(value) && typeof value.code === 'number' && Array.isArray(value.lines) && typeof value.text === 'string'
  )
}

export function isMailbox(value: unknown): value is ReceivingMailbox {
  return isObject(value) && typeof value.receive === 'function' && typeof value.receivedFromThisTest === 'function'
}

export function isUpstream(value: unknown): value is Upstream {
  return value instanceof Upstream
}

export function isMta(value: unknown): value is RunningMta {
  return value instanceof RunningMta
}

/** What a test has given a matcher, as its author knows it. */
export function inWords(value: unknown): string {
  if (isPromise(value)) return 'a promise: put "await" before it'
  if (isReply(value)) return `a reply, ${shortened(formatReply(value))}`
  if (isMailbox(value)) return `the mailbox ${value.address}`
  if (isUpstream(value)) return `the upstream ${JSON.stringify(value.name)}`
  if (isMta(value)) return `the server ${value.name}`
  if (value instanceof Rig) return 'a rig'
  if (value instanceof LoadAccount) return 'the account of a load'
  if (typeof value === 'function') return 'a function'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (!isObject(value) || value instanceof RegExp) return typeof value === 'string' ? shortened(value) : String(value)
  if ('envelope' in value && 'replies' in value) return 'a sent message'
  const keys = Object.keys(value)
  return keys.length === 0 ? 'an object without keys' : `an object with ${keys.slice(0, 6).join(', ')}`
}

function shortened(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}
