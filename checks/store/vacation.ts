import type { Check, CheckContext } from 'mailrig/check'

const SETTINGS = { dovecot: ['sieve', 'sieve_vacation_default_period', 'submission_host', 'sieve_extensions'] } as const

/** Has the account answer by a vacation script; the one before comes back when the check ends. */
async function onVacation(t: CheckContext) {
  const account = t.account
  const sieve = await t.manageSieve(account)
  if (!/\bvacation\b/i.test(sieve.capabilities.get('SIEVE') ?? '')) t.doesNotApply('the store offers no vacation')
  const active = (await sieve.list()).find((script) => script.active)?.name ?? ''
  await sieve.put(
    t.token,
    `require "vacation";\nvacation :days 7 :addresses ["${account.address}"] "I am away. ${t.token}";\n`,
  )
  await sieve.activate(t.token)
  t.undo(async () => {
    await sieve.activate(active)
    await sieve.delete(t.token)
    sieve.destroy()
  })
  return account
}

export default [
  {
    id: 'vacation-answers-once',
    title: 'A vacation answer is sent once to each sender',
    reason: 'Without a memory two answering machines write to each other all night. Senders want one answer, not ten.',
    source: 'RFC 5230 4.2; RFC 3834 2',
    severity: 'risk',
    settings: SETTINGS,
    alone: true,
    async run(t) {
      const account = await onVacation(t)
      const from = `from-${t.token}@${t.elsewhere.domain}`
      for (let count = 0; count < 2; count += 1) {
        await t.sendAccepted({ from, to: account.address })
        await t.rested()
      }
      const answers = t.relayedTo(`from-${t.token}`)
      if (answers.length !== 1) t.fault('one answer to two messages', `${answers.length} answers`)
      if (answers[0]?.from) t.fault('the answer has the null sender', answers[0].from, 'note')
    },
  },
  {
    id: 'vacation-leaves-lists-alone',
    title: 'A mailing list gets no vacation answer',
    reason:
      'The answer goes to everybody on the list, or its address is taken off. List-Id and Precedence say what it is.',
    source: 'RFC 5230 4.6; RFC 3834 2',
    severity: 'risk',
    settings: SETTINGS,
    alone: true,
    async run(t) {
      const account = await onVacation(t)
      const from = `from-${t.token}@${t.elsewhere.domain}`
      await t.sendAccepted({
        from,
        to: account.address,
        headers: { 'List-Id': '<list.elsewhere.example>', Precedence: 'list' },
      })
      await t.sendAccepted({ from, to: account.address, headers: { 'Auto-Submitted': 'auto-generated' } })
      await t.rested()
      const [answer] = t.relayedTo(`from-${t.token}`)
      if (answer) t.fault('no answer to a list, nor to a machine', answer.describe())
    },
  },
] satisfies Check[]
