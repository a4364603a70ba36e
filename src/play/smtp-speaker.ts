import { formatReply } from '../session/reply.ts'
import type { Session } from '../session/session.ts'
import type { Heard } from '../session-file/heard.ts'
import { SessionSpeaker } from './session-speaker.ts'

/** SMTP, submission and LMTP: a session as it is. */
export class SmtpSpeaker extends SessionSpeaker<Session> {
  async next(timeoutMs: number): Promise<Heard> {
    const reply = await this.session.reply({ timeoutMs })
    const heard: Heard = {
      status: reply.code === 0 ? '' : String(reply.code),
      lines: reply.lines,
      text: formatReply(reply),
    }
    if (reply.enhanced !== undefined) heard.enhanced = reply.enhanced
    return heard
  }
}
