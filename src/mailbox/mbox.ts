import { type StoredMessage, storedMessage } from './stored-message.ts'

const LF = 0x0a
const FROM = Buffer.from('From ')
const NEXT_FROM = Buffer.from('\nFrom ')
const QUOTED_FROM = /^>(>*From )/gm

/**
 * The messages of an mbox file (RFC 4155), oldest first; `uid` is the place in it. A message runs from its `From ` line
 * to the empty line before the next, which belongs to the file. `>From ` is read back as `From ` (mboxrd: one `>` is
 * taken off however many there are).
 */
export function readMbox(content: Buffer): StoredMessage[] {
  const messages: StoredMessage[] = []
  let start = startsMessage(content, 0) ? 0 : nextMessage(content, 0)
  while (start !== -1) {
    const next = nextMessage(content, start)
    const bodyStart = content.indexOf(LF, start) + 1
    const end = next === -1 ? content.length : next
    const body =
      bodyStart === 0 ? Buffer.alloc(0) : content.subarray(bodyStart, endWithoutBlank(content, bodyStart, end))
    const raw = unquoted(body)
    const internalDate = postmark(content.toString('latin1', start, bodyStart === 0 ? end : bodyStart))
    const facts = { uid: messages.length + 1, size: raw.length }
    messages.push(storedMessage(internalDate ? { ...facts, internalDate } : facts, raw, () => Promise.resolve(raw)))
    start = next
  }
  return messages
}

function startsMessage(content: Buffer, at: number): boolean {
  return content.subarray(at, at + FROM.length).equals(FROM)
}

/** A `From ` line begins a message when the line before it is empty. */
function nextMessage(content: Buffer, after: number): number {
  for (let at = content.indexOf(NEXT_FROM, after); at !== -1; at = content.indexOf(NEXT_FROM, at + 1)) {
    const before = content[at - 1]
    const blank = before === LF || (before === 0x0d && content[at - 2] === LF)
    if (at === 0 || blank) return at + 1
  }
  return -1
}

function endWithoutBlank(content: Buffer, start: number, end: number): number {
  if (content.subarray(Math.max(start, end - 4), end).equals(Buffer.from('\r\n\r\n'))) return end - 2
  if (content.subarray(Math.max(start, end - 2), end).equals(Buffer.from('\n\n'))) return end - 1
  return end
}

function unquoted(body: Buffer): Buffer {
  if (!body.includes('>From ')) return body
  return Buffer.from(body.toString('latin1').replace(QUOTED_FROM, '$1'), 'latin1')
}

/** The date of `From sender Sat Nov 22 10:50:31 2026` (ctime(3)), which is UTC by RFC 4155. */
function postmark(line: string): Date | undefined {
  const date = /\w{3} \w{3} [ \d]\d \d\d:\d\d(?::\d\d)?(?: [A-Z]{1,5}| [+-]\d{4})? \d{4}\s*$/.exec(line)?.[0]
  if (date === undefined) return undefined
  const time = Date.parse(`${date.replace(/ (?:[A-Z]{1,5}|[+-]\d{4})(?= \d{4}\s*$)/, '').trim()} UTC`)
  return Number.isNaN(time) ? undefined : new Date(time)
}
