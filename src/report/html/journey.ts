import type { JourneyStep, RigRecord, TestRecord } from '../test-record.ts'

/**
 * What happened in one test, as the lines of a sequence diagram: the dialogue of its sessions, what the upstreams were
 * told, what the MTA's log says it did with the messages, and what the store has stored.
 */
export function journeyOf(record: TestRecord, rig: RigRecord | undefined): JourneyStep[] {
  const mta = rig?.mta ?? 'MTA'
  const steps = [
    ...(record.events ?? []),
    ...record.sessions.flatMap(({ at, transcript }) => dialogueSteps(sessionLines(at, transcript), 'client', mta)),
    ...record.upstreams.flatMap(({ at, name, lines }) =>
      dialogueSteps(
        lines.map((line) => ({ ...line, at: at + line.at })),
        mta,
        name,
      ),
    ),
    ...record.log.flatMap(({ at, server, text, own, stored }): JourneyStep[] =>
      own && stored !== undefined ? [{ at, from: mta, to: server, label: 'stored', detail: text }] : [],
    ),
  ]
  return steps.sort((a, b) => a.at - b.at)
}

interface Line {
  at: number
  who: 'C' | 'S' | '*'
  text: string
}

/** The formatted lines of a session that say something: `   12.3 ms C: EHLO client.example`. */
function sessionLines(startedAt: number, transcript: string): Line[] {
  return transcript.split('\n').flatMap((line): Line[] => {
    const found = /^\s*(?<ms>[\d.]+) ms (?:(?<who>[CS]): |-- )(?<text>.*)$/.exec(line)?.groups
    if (!found) return []
    const who = found.who === 'C' || found.who === 'S' ? found.who : '*'
    return [{ at: startedAt + Number(found.ms), who, text: found.text ?? '' }]
  })
}

const COMMAND = /^(?:[A-Z]{4}|STARTTLS|MAIL FROM|RCPT TO|AUTH)\b/i

/** Commands and replies each way; of a reply of several lines the last, of a message body how many lines it has. */
function dialogueSteps(lines: readonly Line[], client: string, server: string): JourneyStep[] {
  const steps: JourneyStep[] = []
  let body: { at: number; lines: number } | undefined
  for (const { at, who, text } of lines) {
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
      const more = /^… (\d+) more lines/.exec(text)
      body.lines += more ? Number(more[1]) : 1
    }
  }
  return steps
}
