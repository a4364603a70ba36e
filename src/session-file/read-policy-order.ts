import { checkPolicyAction, type PolicyAction } from '../filters/policy-action.ts'
import { type Cursor, quoted } from './cursor.ts'
import type { Head } from './head.ts'
import { Misread } from './misread.ts'
import { fixedText } from './read-offer.ts'
import { checked, readWhen, refuseServers } from './read-when.ts'
import type { PolicyOrder, When } from './statement.ts'
import { readDuration } from './units.ts'

const POLICY_WORDS = ['answer', 'delay', 'silent', 'drop', 'from', 'to', 'number', 'times', 'down', 'up'] as const

/** `policy: answer "DEFER_IF_PERMIT 4.2.0 later" to "jim@example.com" times 1`, `policy: down`. */
export function readPolicyOrder(cursor: Cursor, head: Head): PolicyOrder {
  refuseServers(head)
  const statement = { kind: 'policy-order' as const, place: head.place, name: head.target }
  cursor.skipBlanks()
  const place = cursor.place
  const action: PolicyAction = {}
  const when: When = {}
  const said = new Set<string>()
  for (cursor.skipBlanks(); !cursor.done || said.size === 0; cursor.skipBlanks()) {
    const at = cursor.place
    const word = cursor.oneOf(POLICY_WORDS, 'when, or what to do')
    if (said.has(word)) throw Misread.found(at, quoted(word), 'each word at most once')
    said.add(word)
    if (word === 'down' || word === 'up') {
      if (said.size > 1) throw Misread.found(at, quoted(word), `${word} alone`)
      cursor.end()
      return { ...statement, order: { kind: word } }
    }
    cursor.skipBlanks()
    if (readWhen(cursor, word, { when, known: () => true, stage: 'a request' })) continue
    if (word === 'answer') action.action = fixedText(cursor, 'an action in quotes, such as "REJECT not here"')
    else if (word === 'delay') action.delay = readDuration(cursor)
    else if (word === 'silent') action.silent = true
    else action.drop = true
  }
  checked(place, () => checkPolicyAction(action))
  return { ...statement, order: { kind: 'answer', action, when } }
}
