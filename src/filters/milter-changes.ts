import type { FilteredMessage } from './filtered-message.ts'
import type { MilterChanges } from './milter-action.ts'
import { numbered, packet, withNul } from './milter-packets.ts'

interface Change {
  octets: Buffer
  /** For the transcript. */
  said: string
}

/** How much of a body fits into one packet (mfdef.h: MILTER_CHUNK_SIZE). */
const PIECE = 65_535

/** The packets that ask the server for these changes, in the order of their keys (SMFIR_* of libmilter). */
export function changePackets(changes: MilterChanges, message: FilteredMessage | undefined): Change[] {
  const { sender, body, quarantine } = changes
  return [
    ...(sender === undefined ? [] : [change('e', withNul(`<${sender}>`), `sender <${sender}>`)]),
    ...(changes.addRecipients ?? []).map((to) => change('+', withNul(`<${to}>`), `add recipient <${to}>`)),
    ...(changes.deleteRecipients ?? []).map((to) => change('-', withNul(`<${to}>`), `delete recipient <${to}>`)),
    ...(changes.deleteHeaders ?? []).flatMap((name) => deletions(name, message)),
    ...Object.entries(changes.changeHeaders ?? {}).map(([name, value]) =>
      change('m', numbered(1, name, value), `change ${name}: ${value}`),
    ),
    ...fields(changes.addHeaders).map(([name, value]) => change('h', withNul(name, value), `add ${name}: ${value}`)),
    ...fields(changes.insertHeaders).map(([name, value]) =>
      change('i', numbered(0, name, value), `insert ${name}: ${value}`),
    ),
    ...(body === undefined ? [] : bodyChanges(body)),
    ...(quarantine === undefined ? [] : [change('q', withNul(quarantine), `quarantine: ${quarantine}`)]),
  ]
}

function change(command: string, data: Buffer, said: string): Change {
  return { octets: packet(command, data), said }
}

/** A field without value is taken out. The last first: the numbers of the others stay as they were. */
function deletions(name: string, message: FilteredMessage | undefined): Change[] {
  const count = (message?.headers ?? []).filter(([field]) => field.toLowerCase() === name.toLowerCase()).length
  return Array.from({ length: count }, (_, index) =>
    change('m', numbered(count - index, name, ''), `delete ${name} ${count - index}`),
  )
}

function fields(named: Record<string, string | string[]> = {}): [string, string][] {
  return Object.entries(named).flatMap(([name, values]) =>
    [values].flat().map((value): [string, string] => [name, value]),
  )
}

function bodyChanges(body: string): Change[] {
  const octets = Buffer.from(body.replace(/\r?\n/g, '\r\n'), 'utf8')
  const pieces: Change[] = []
  for (let start = 0; start === 0 || start < octets.length; start += PIECE) {
    const piece = octets.subarray(start, start + PIECE)
    pieces.push(change('b', piece, `body, ${piece.length} octets`))
  }
  return pieces
}
