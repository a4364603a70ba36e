import { makeReply } from '../session/reply.ts'
import { ReplyParser } from '../session/reply-parser.ts'
import type { Transcript } from '../session/transcript.ts'

/** The queue ids in everything the server said in a session: the messages it took responsibility for. */
export function acceptedIn(
  transcript: Transcript,
  queueIdOf: (reply: { code: number; text: string }) => string | undefined,
): string[] {
  const queueIds: string[] = []
  const parser = new ReplyParser((parsed) => {
    const queueId = queueIdOf(makeReply(parsed, 0, 0))
    if (queueId !== undefined) queueIds.push(queueId)
  })
  parser.push(transcript.octets('received'))
  return queueIds
}
