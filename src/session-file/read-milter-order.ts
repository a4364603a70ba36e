import { checkMilterAction, MILTER_STAGES, type MilterAction, type MilterStage } from '../filters/milter-action.ts'
import { type Cursor, quoted } from './cursor.ts'
import type { Head } from './head.ts'
import { Misread } from './misread.ts'
import { fixedText } from './read-offer.ts'
import { readReply } from './read-upstream-order.ts'
import { checked, readWhen, refuseServers } from './read-when.ts'
import type { MilterOrder, When } from './statement.ts'
import { readDuration } from './units.ts'

const ORDERS = ['on', 'down', 'up']

/** Does what stands behind `milter:` tell it what to do, rather than what it has to have been told? */
export function isMilterOrder(cursor: Cursor): boolean {
  cursor.skipBlanks()
  return ORDERS.includes(cursor.peekWord())
}

/** `milter: on rcpt to "jim@example.com" reply "550 5.7.1 not here" times 1`, `milter: on eom add header X-Seen "yes"`. */
export function readMilterOrder(cursor: Cursor, head: Head): MilterOrder {
  refuseServers(head)
  const statement = { kind: 'milter-order' as const, place: head.place, name: head.target }
  const kind = cursor.oneOf(ORDERS, 'what it is told')
  if (kind === 'down' || kind === 'up') {
    cursor.end()
    return { ...statement, order: { kind } }
  }
  cursor.skipBlanks()
  const stage = cursor.oneOf(MILTER_STAGES, 'a stage')
  const place = cursor.place
  const action: MilterAction = {}
  const when: When = {}
  const said = new Set<string>()
  for (cursor.skipBlanks(); !cursor.done; cursor.skipBlanks()) readMilterPart(cursor, { stage, action, when, said })
  checked(place, () => checkMilterAction(stage, action))
  return { ...statement, order: { kind: 'on', stage, action, when } }
}

const ANSWERS = ['continue', 'accept', 'reject', 'tempfail', 'discard'] as const
const EDITS = ['add', 'insert', 'change', 'delete'] as const
const MILTER_WORDS = [
  ...['from', 'to', 'number', 'times', 'delay', 'reply', 'silent', 'drop', 'reset'],
  ...ANSWERS,
  ...EDITS,
  ...['sender', 'body', 'quarantine'],
] as const

interface Reading {
  stage: MilterStage
  action: MilterAction
  when: When
  said: Set<string>
}

function readMilterPart(cursor: Cursor, { stage, action, when, said }: Reading): void {
  const place = cursor.place
  const word = cursor.oneOf(MILTER_WORDS, 'when, or what to do')
  const edit = EDITS.find((one) => one === word)
  if (edit) {
    readEdit(cursor, edit, action)
    return
  }
  if (said.has(word))
    throw Misread.found(place, quoted(word), 'each word but add, insert, change and delete at most once')
  said.add(word)
  cursor.skipBlanks()
  if (readWhen(cursor, word, { when, known: (which) => knownAt(stage, which), stage })) return
  const answer = ANSWERS.find((one) => one === word)
  if (answer) {
    if (action.answer !== undefined) throw Misread.found(place, quoted(word), 'one answer')
    action.answer = answer
  } else if (word === 'delay') action.delay = readDuration(cursor)
  else if (word === 'reply') action.reply = readReply(cursor)
  else if (word === 'silent') action.silent = true
  else if (word === 'drop' || word === 'reset') action.drop = word === 'reset' ? 'reset' : true
  else action[word as 'sender' | 'body' | 'quarantine'] = fixedText(cursor)
}

/** `add header X-Seen "yes"`, `delete recipient "jim@example.com"`. */
function readEdit(cursor: Cursor, edit: (typeof EDITS)[number], action: MilterAction): void {
  cursor.skipBlanks()
  const place = cursor.place
  const what = cursor.oneOf(['header', 'recipient'], 'what of the message')
  cursor.skipBlanks()
  if (what === 'recipient') {
    if (edit !== 'add' && edit !== 'delete') throw Misread.found(place, `${edit} recipient`, 'add or delete recipient')
    const key = edit === 'add' ? 'addRecipients' : 'deleteRecipients'
    action[key] = [...(action[key] ?? []), fixedText(cursor, 'an address in quotes')]
    return
  }
  const name = cursor.match(/[!-9;-~]+/y)
  if (name === undefined) cursor.fail('the name of a header field')
  if (edit === 'delete') {
    action.deleteHeaders = [...(action.deleteHeaders ?? []), name]
    return
  }
  cursor.skipBlanks()
  const value = fixedText(cursor, 'what stands in the field, in quotes')
  if (edit === 'change') action.changeHeaders = { ...action.changeHeaders, [name]: value }
  else {
    const key = edit === 'add' ? 'addHeaders' : 'insertHeaders'
    action[key] = { ...action[key], [name]: [...[action[key]?.[name] ?? []].flat(), value] }
  }
}

function knownAt(stage: MilterStage, which: 'from' | 'to'): boolean {
  return MILTER_STAGES.indexOf(stage) >= MILTER_STAGES.indexOf(which === 'from' ? 'mail' : 'rcpt')
}
