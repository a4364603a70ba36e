import { type AuthenticationResults, authenticate, type Receipt } from '../../mail-auth/authenticate.ts'
import type { StoredMessage } from '../../mailbox/stored-message.ts'
import { headerField, headerFields } from '../../message/header-fields.ts'
import type { Rig } from '../../rig/rig.ts'
import { RelayedMessage } from '../../upstream/relayed-message.ts'
import { busyRigs } from '../test-case.ts'
import { isObject } from './in-words.ts'
import { wrongKey } from './misuse.ts'
import type { Waiting } from './waiting-matcher.ts'

const METHODS = ['spf', 'dkim', 'dmarc', 'arc'] as const

/** Which results are expected; those left out do not matter. */
export type ExpectedResults = Partial<Pick<AuthenticationResults, (typeof METHODS)[number]>>

/** A message at an upstream, or one that was read in a mailbox. */
export type AuthenticatedMessage = RelayedMessage | Pick<StoredMessage, 'raw'>

function isMessage(value: unknown): value is AuthenticatedMessage {
  return value instanceof RelayedMessage || (isObject(value) && typeof value.raw === 'function')
}

const RECEIPT = ['client', 'helo', 'from', 'receiver']

/** What does a receiver find of this message, by the DNS of its rig (RFC 8601)? */
export const toHaveAuthenticationResults: Waiting<AuthenticatedMessage, [ExpectedResults, Receipt?]> = {
  name: 'toHaveAuthenticationResults',
  subject: { what: 'a message that an upstream or a mailbox has', is: isMessage },
  example: "expect(await upstream.next()).toHaveAuthenticationResults({ dkim: 'pass' })",
  insteadOfNot: "write the result that is right, such as { dkim: 'fail' }",
  refuse([expected, receipt]) {
    const takes = `results such as { spf: 'pass', dkim: 'pass', dmarc: 'pass', arc: 'none' }`
    if (!isObject(expected) || Object.keys(expected).length === 0) return { takes, given: expected }
    const odd = Object.values(expected).find((value) => typeof value !== 'string')
    if (odd !== undefined) return { takes, given: odd }
    return wrongKey(expected, [...METHODS]) ?? (isObject(receipt) ? wrongKey(receipt, RECEIPT) : undefined)
  },
  async run(message, expected, receipt = {}) {
    const found = await resultsOf(message, receipt)
    const wrong = METHODS.filter((method) => expected[method] !== undefined && expected[method] !== found[method])
    const shown = [
      ...METHODS.map((method) => `  ${method}=${found[method]}`),
      ...found.signatures.map(
        ({ domain, selector, result, reason }) =>
          `  the signature of ${domain}, selector ${selector}: ${result}${reason === '' ? '' : `, ${reason}`}`,
      ),
      `  ${found.field}`,
    ].join('\n')
    const wanted = wrong.map((method) => `${method}=${expected[method]}`).join(' ')
    return {
      pass: wrong.length === 0,
      message: () =>
        wrong.length === 0 ? `expected other results than these:\n${shown}` : `expected ${wanted}; found:\n${shown}`,
    }
  },
}

/** As who the message was handed to finds it. @param receipt what is known better than by the message itself */
async function resultsOf(message: AuthenticatedMessage, receipt: Receipt): Promise<AuthenticationResults> {
  const rig = rigOf(message)
  const known = Object.fromEntries(Object.entries(receipt).filter(([, value]) => value !== undefined))
  if (message instanceof RelayedMessage) {
    const { content, clientAddress, helo, from } = message
    return authenticate(content, rig.dns.zone, { client: clientAddress, helo, from, ...known })
  }
  const content = await message.raw()
  const from = headerField(headerFields(content), 'Return-Path')
    ?.trim()
    .replace(/^<(.*)>$/, '$1')
  return authenticate(content, rig.dns.zone, { ...(from === undefined ? {} : { from }), ...known })
}

/** Tests side by side may have a rig each; an upstream knows its messages. */
function rigOf(message: AuthenticatedMessage): Rig {
  const rigs = busyRigs()
  const own = rigs.find(({ upstreams }) =>
    Object.values(upstreams).some(({ messages }) => (messages as readonly unknown[]).includes(message)),
  )
  const rig = own ?? rigs[0]
  if (rig) return rig
  throw new Error('a message is looked at in a test of a rig')
}
