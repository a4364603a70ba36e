import { makeReply, type Reply } from '../session/reply.ts'
import { ReplyParser } from '../session/reply-parser.ts'
import type { Transcript } from '../session/transcript.ts'

/** Everything the server said in a session, oldest first, without its times. */
export function repliesIn(transcript: Transcript): Reply[] {
  const replies: Reply[] = []
  const parser = new ReplyParser((parsed) => replies.push(makeReply(parsed, 0, 0)))
  parser.push(transcript.octets('received'))
  return replies
}

/** The queue ids in everything the server said in a session: the messages it took responsibility for. */
export function acceptedIn(
  transcript: Transcript,
  queueIdOf: (reply: { code: number; text: string }) => string | undefined,
): string[] {
  return repliesIn(transcript).flatMap((reply) => queueIdOf(reply) ?? [])
}
