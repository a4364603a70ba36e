import type { DialogueLine } from '../dialogue-line.ts'
import type { JourneyStep, RigRecord, TestRecord } from '../test-record.ts'
import { isElsewhere } from './became.ts'

/**
 * What happened in one test, as the lines of a sequence diagram: the dialogue of its sessions, what the upstreams were
 * told, what the MTA's log says it did with the messages, and what the store has stored.
 */
export function recordedJourney(record: TestRecord, rig: RigRecord | undefined): JourneyStep[] {
  const mta = rig?.mta ?? 'MTA'
  const steps = [
    ...(record.events ?? []),
    ...record.sessions.flatMap(({ at, lines }) => dialogueSteps(at, lines, 'client', mta)),
    ...record.upstreams.flatMap(({ at, name, lines }) => dialogueSteps(at, lines, mta, name)),
    ...(record.filters ?? []).flatMap(({ at, name, lines }) => filterSteps(at, lines, { mta, filter: name })),
    ...record.log.flatMap(({ at, server, text, own, stored, storedFor }): JourneyStep[] => {
      if (!own || stored === undefined) return []
      return [{ at, from: mta, to: server, ...storedLabel(record, stored, storedFor), detail: text }]
    }),
  ]
  return steps.sort((a, b) => a.at - b.at)
}

/** For whom it was stored; where the test expected it in another mailbox, that too. */
function storedLabel(record: TestRecord, messageId: string, user: string | undefined) {
  const expected = user === undefined ? undefined : isElsewhere(record, messageId, user)
  const label = user === undefined ? 'stored' : `stored for ${user}`
  return expected ? { label: `${label}, not for ${expected.join(', ')}`, wrong: true } : { label }
}

/** What a filter was asked and answered; of the turns in which it let a header field or a piece of a body pass, none. */
function filterSteps(
  startedAt: number,
  lines: readonly DialogueLine[],
  { mta, filter }: { mta: string; filter: string },
): JourneyStep[] {
  return lines.flatMap(({ at: since, who, text }, index): JourneyStep[] => {
    const at = startedAt + since
    if (who === '*') return []
    if (who === 'S') return text === 'continue' ? [] : [{ at, from: filter, to: mta, label: text }]
    const passed = /^(?:HEADER|BODY|EOH)\b/.test(text) && lines[index + 1]?.text === 'continue'
    return passed ? [] : [{ at, from: mta, to: filter, label: text }]
  })
}

const COMMAND = /^(?:[A-Z]{4}|STARTTLS|MAIL FROM|RCPT TO|AUTH)\b/i

/** Commands and replies each way; of a reply of several lines the last, of a message body how many lines it has. */
function dialogueSteps(
  startedAt: number,
  lines: readonly DialogueLine[],
  client: string,
  server: string,
): JourneyStep[] {
  const steps: JourneyStep[] = []
  let body: { at: number; lines: number } | undefined
  for (const { at: since, who, text, more = 1 } of lines) {
    const at = startedAt + since
    if (who === '*') continue
    if (who === 'S') {
      if (/^\d{3}-/.test(text)) continue
      steps.push({ at, from: server, to: client, label: text })
      body = text.startsWith('354') ? { at, lines: 0 } : undefined
    } else if (!body) {
      steps.push({ at, from: client, to: server, label: COMMAND.test(text) ? text : `“${text}”` })
    } else if (text === '.') {
      steps.push({ at, from: client, to: server, label: `message, ${body.lines} lines` })
      body = undefined
    } else {
      body.lines += more
    }
  }
  return steps
}
