import type { Check } from 'mailrig/check'

/** Who waits in the queue of the kernel is neither served nor sent away; the check does not wait for them to be. */
const GREETING_MS = 3_000

export default [
  {
    id: 'fifty-clients-at-once',
    title: 'Fifty clients at once are served or asked to come later',
    reason: 'A newsletter brings as many answers at once. A server that hangs or dies then is down for everybody.',
    source: 'RFC 5321 3.8, 4.5.4.1',
    severity: 'risk',
    settings: {
      postfix: ['default_process_limit', 'smtpd_client_connection_count_limit'],
      exim: ['smtp_accept_max', 'smtp_accept_max_per_host'],
      sendmail: ['confMAX_DAEMON_CHILDREN', 'ConnectionRateThrottle'],
    },
    alone: true,
    async run(t) {
      const sessions = await Promise.all(Array.from({ length: 50 }, () => t.rawSession()))
      const greetings = await Promise.all(
        sessions.map((session) => session.reply({ timeoutMs: GREETING_MS }).catch(() => undefined)),
      )
      const strange = greetings.filter((reply) => reply !== undefined && reply.code !== 220 && reply.code !== 421)
      if (strange[0]) t.fault('220 or 421 to each', `${strange[0].code} ${strange[0].text}`)
      const served = greetings.filter((reply) => reply?.code === 220).length
      if (served === 0) t.fault('at least one is served', 'none is')
      for (const session of sessions) session.destroy()
      const next = await t.session()
      t.replied(await next.command('NOOP'), 250, 'NOOP of the next client')
    },
  },
  {
    id: 'stalling-clients-stop-nobody',
    title: 'Clients that stop in the middle do not stop others',
    reason:
      'Connections break without a sign every day. Each waits for minutes, and the server has to go on meanwhile.',
    source: 'RFC 5321 4.5.3.2',
    severity: 'risk',
    settings: {
      postfix: ['smtpd_timeout', 'default_process_limit'],
      exim: ['smtp_receive_timeout', 'smtp_accept_max'],
      sendmail: ['confTO_DATABLOCK'],
    },
    async run(t) {
      for (let count = 0; count < 5; count += 1) {
        const stalled = await t
          .session()
          .catch((error: Error) =>
            count === 0
              ? Promise.reject(error)
              : t.fault('the next client is served', error.message.split('\n', 1).join('')),
          )
        t.replied(await stalled.mailFrom('marc@client.example'), 250, 'MAIL')
        t.replied(await stalled.rcptTo(t.recipient), 250, 'RCPT')
        t.replied(await stalled.command('DATA'), 354, 'DATA')
        stalled.write('Subject: half a')
      }
      const { rejected } = await t
        .send({ to: t.recipient })
        .catch((error: Error) => t.fault('the next client is served', error.message.split('\n', 1).join('')))
      const [refused] = rejected
      if (refused) t.fault('the next client is served', `${refused.reply.code} ${refused.reply.text}`)
    },
  },
  {
    id: 'restart-keeps-the-queue',
    title: 'Mail in the queue is delivered after a restart',
    reason:
      'A server that said 250 has to deliver, whatever happens to it. A queue in memory, or in /tmp, is lost with the next update.',
    source: 'RFC 5321 6.1',
    severity: 'fault',
    settings: { postfix: ['queue_directory'], exim: ['spool_directory'], sendmail: ['QUEUE_DIR'] },
    alone: true,
    async run(t) {
      const restart = t.subject.restart ?? t.unsure('the server cannot be restarted here')
      const flush = t.subject.flush ?? t.unsure('nobody can make the server try again now')
      const rules = t.upstreams.map((upstream) =>
        upstream.on(
          'rcpt',
          { reply: '450 4.2.1 mailrig asks to try later' },
          { when: ({ recipient }) => recipient?.includes(t.token) === true },
        ),
      )
      for (const end of rules) t.undo(end)
      const messageId = await t.sendOut(`to-${t.token}@${t.elsewhere.domain}`)
      await t.rested()
      await restart()
      for (const end of rules) end()
      await flush()
      await t.handedOver(messageId)
    },
  },
] satisfies Check[]
