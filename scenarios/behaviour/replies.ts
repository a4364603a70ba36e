import type { RigFixtures } from 'mailrig/vitest'

type Session = Awaited<ReturnType<RigFixtures['smtp']['session']>>
type Reply = Awaited<ReturnType<Session['reply']>>

/** Every reply until the server closes the connection, however many there are. Bounded by the session's time. */
export async function repliesToTheEnd(session: Session): Promise<Reply[]> {
  const replies: Reply[] = []
  for (;;) {
    try {
      replies.push(await session.reply())
    } catch (error) {
      if (session.end) return replies
      throw error
    }
  }
}

/** As a cell of the table: the codes in order, and the text of a refusal. */
export function inOrder(replies: readonly Reply[]): string {
  const refusal = replies.find(({ code }) => code >= 400)
  const codes = replies.map(({ code }) => code).join(' ')
  return refusal ? `${codes}: ${refusal.lines[0]}` : codes
}
