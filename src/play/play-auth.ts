import { saslClient } from '../session/sasl.ts'
import { SessionEndedError } from '../session/session-error.ts'
import type { Heard } from '../session-file/heard.ts'
import { fromUtf8 } from '../session-file/octets.ts'
import type { Auth } from '../session-file/statement.ts'
import type { Place } from '../yaml/place.ts'
import type { Playing } from './playing.ts'
import type { Speaker } from './speaker.ts'

/** How often a server asks before it decides, where the client does not speak first. */
const CHALLENGES = { PLAIN: 0, LOGIN: 2, 'CRAM-MD5': 1 } as const satisfies Record<Auth['mechanism'], number>

/**
 * AUTH up to its last reply, which the next `S:` is held against (RFC 4954 §4). That is the first which is no challenge:
 * a server may refuse the command itself, whatever the mechanism.
 */
export async function playAuth(
  playing: Playing,
  { connection, place, mechanism, user, password }: Auth,
): Promise<void> {
  const { connections, values } = playing
  const speaker = await connections.get(connection, place)
  const name = values.filled(user, place)
  const client = saslClient({
    mechanism,
    user: fromUtf8(name),
    password: fromUtf8(values.filled(password, place)),
  })
  const say = (line: string, shown: string) => connections.say(speaker, connection, place, `${line}\r\n`, [shown])
  const command = `AUTH ${mechanism}`
  if (client.initial) return say(`${command} ${client.initial.toString('base64')}`, `${command} ***`)
  say(command, command)
  for (let left: number = CHALLENGES[mechanism]; left > 0; left -= 1) {
    const challenge = await challengeOn(playing, speaker, connection, place)
    if (challenge === undefined) return
    say(client.respond(Buffer.from(challenge, 'base64')).toString('base64'), '***')
  }
}

/** What the server asks; undefined where it has ended the exchange, by a reply or with the connection. */
async function challengeOn(
  { connections, log }: Playing,
  speaker: Speaker,
  connection: string,
  place: Place,
): Promise<string | undefined> {
  let heard: Heard
  try {
    heard = await speaker.next(connections.timeoutMs)
  } catch (error) {
    // The next `S:` finds the same end.
    if (error instanceof SessionEndedError) return undefined
    throw log.failed(place, log.take(connection), '334', error)
  }
  connections.heard(connection, heard)
  if (heard.status === '334') return heard.lines[0] ?? ''
  connections.keep(connection, heard)
  return undefined
}
