import { oneOfThese } from '../errors/did-you-mean.ts'
import { MailrigError } from '../errors/mailrig-error.ts'
import type { Rig } from '../rig/rig.ts'
import { formatReply, type Reply } from '../session/reply.ts'
import type { Session } from '../session/session.ts'
import { faultOptionsError } from './fault-options-error.ts'
import type { FaultReport } from './fault-report.ts'
import { killAll } from './kill.ts'

/**
 * Moments of a mail transaction (RFC 5321 §3.3) as the client sees them: after the reply to MAIL; to RCPT; in the middle of
 * the message; after the final dot, and before its reply.
 */
export const MOMENTS = ['mail', 'rcpt', 'data', 'dot'] as const

export type Moment = (typeof MOMENTS)[number]

export interface KillAtOptions {
  /** Whom the message is for: an address that the server takes from the lan. */
  to: string
  /** Without angle brackets. */
  messageId: string
}

/**
 * Sends a message and kills every process of the MTA at a moment of the dialogue; then the MTA is started again. The client
 * has read no reply to the final dot: nobody is responsible for the message but the client.
 *
 * For the moment `dot` the disk is held meanwhile: what the server wants to have on disk before it answers does not come there.
 *
 * @param open a session to the MTA, from the lan
 * @throws {InputError} FAULT_OPTIONS; {MailrigError} FAULT_NOT_REACHED where the server refuses a command before the moment, or
 *   answers the final dot before it is killed
 */
export async function killAt(
  rig: Rig,
  moment: Moment,
  { to, messageId, open }: KillAtOptions & { open: () => Promise<Session> },
): Promise<FaultReport> {
  if (!MOMENTS.includes(moment)) {
    throw faultOptionsError(`killAt: there is no moment ${JSON.stringify(moment)}; ${oneOfThese(moment, MOMENTS)}`)
  }
  const machine = rig.machine('mta')
  if (!machine) throw faultOptionsError('killAt: this rig has no MTA')
  const { disk } = machine
  if (moment === 'dot' && !disk) {
    throw faultOptionsError('killAt: the moment "dot" needs a disk that can be held: rig(topology, { disk: true })')
  }
  const session = await open()
  await reach(session, moment, { to, messageId })
  const began = performance.now()
  if (moment === 'dot' && disk) {
    const hold = await disk.hold()
    try {
      session.write('.\r\n')
      await killAll(rig, machine, hold.letGo)
    } finally {
      await hold.letGo()
    }
  } else await killAll(rig, machine)
  const awayMs = performance.now() - began
  const { end, late } = await endOf(session)
  if (moment === 'dot' && late)
    throw notReached('dot', `the server had answered before it was killed: ${formatReply(late)}`)
  if (end === undefined) throw new Error('a killed server ends its connections')
  return { servers: [machine.name], awayMs }
}

/** Says what comes before the moment. */
async function reach(session: Session, moment: Moment, { to, messageId }: KillAtOptions): Promise<void> {
  const must = (reply: Reply, command: string, code: number) => {
    if (reply.code !== code) throw notReached(moment, `${command} was answered ${formatReply(reply)}`)
  }
  must((await session.ehlo()).reply, 'EHLO', 250)
  must(await session.mailFrom('load@client.example'), 'MAIL', 250)
  if (moment === 'mail') return
  must(await session.rcptTo(to), 'RCPT', 250)
  if (moment === 'rcpt') return
  must(await session.command('DATA'), 'DATA', 354)
  session.write(
    `From: <load@client.example>\r\nTo: <${to}>\r\nDate: ${new Date().toUTCString().replace('GMT', '+0000')}\r\n` +
      `Message-ID: <${messageId}>\r\nSubject: Killed at ${moment}\r\n\r\nHello.\r\n`,
  )
}

/** How the connection ended, and a reply that came before it all the same. */
async function endOf(session: Session): Promise<{ end: unknown; late: Reply | undefined }> {
  const late = await session.reply().catch(() => undefined)
  return { end: session.end ?? (await session.closed()), late }
}

function notReached(moment: Moment, why: string): MailrigError {
  return new MailrigError(`the moment ${JSON.stringify(moment)} of the dialogue did not come: ${why}`, {
    code: 'FAULT_NOT_REACHED',
    remedy: 'Name a recipient that the server takes, or an earlier moment.',
  })
}
