import { describe, expect, it } from 'vitest'
import { answering, scriptedPeer } from '../session/scripted-peer.ts'
import type { Facts } from '../targets/facts.ts'
import type { Check } from './check.ts'
import { runChecks } from './run-checks.ts'
import type { Subject } from './subject.ts'

const FACTS: Facts = {
  host: 'mx.example.com',
  domains: [{ name: 'example.com', kind: 'local' }],
  accounts: [{ address: 'jim@example.com', user: 'jim' }],
  aliases: [],
  catchAll: [],
  unknown: [],
  services: [{ service: 'smtp', port: 25 }],
  trusted: [],
  origins: {},
}

function check(id: string, run: Check['run'], more: Partial<Check> = {}): Check {
  return { id, title: id, reason: 'A. B.', source: 'RFC 5321 1', severity: 'fault', run, ...more }
}

/** A server that greets, and answers RCPT so. */
async function asked(rcpt: string, run: Check['run'], greeting = '220 mx.example.com\r\n') {
  await using peer = await scriptedPeer(
    answering(greeting, (line) => (line.startsWith('RCPT') ? `${rcpt}\r\n` : '250 OK\r\n')),
  )
  const subject: Subject = {
    name: 'a peer',
    facts: FACTS,
    endpoint: (service) => (service === 'smtp' ? peer.endpoint : undefined),
  }
  const [result] = await runChecks(subject, [check('one', run)])
  if (!result) throw new Error('a check has a result')
  return result.finding
}

describe('a check', () => {
  const known: Check['run'] = async (t) => {
    const session = await t.session()
    await session.mailFrom('marc@client.example')
    t.replied(await session.rcptTo(t.recipient), 250, 'RCPT')
  }

  it('is ok where it comes to its end', async () => {
    expect(await asked('250 OK', known)).toEqual({ verdict: 'ok' })
  })

  it('finds a fault, with what was expected, what came and the dialogue', async () => {
    const finding = await asked('550 5.1.1 no', known)
    expect(finding).toMatchObject({
      verdict: 'fault',
      severity: 'fault',
      expected: '250 to RCPT',
      came: '550 5.1.1 no',
    })
    expect('dialogue' in finding && finding.dialogue.join('\n')).toContain('C: RCPT TO:<jim@example.com>')
  })

  it('finds nothing where a server asks to come later, but a server that is broken', async () => {
    expect(await asked('450 4.2.0 <jim@example.com>: Greylisted, see https://example.com', known)).toMatchObject({
      verdict: 'unknown',
    })
    expect(await asked('451 4.3.5 Server configuration error', known)).toMatchObject({ verdict: 'fault' })
  })

  it('cannot tell where it is not greeted, where something throws, or where nobody can help', async () => {
    expect(await asked('250 OK', known, '421 4.3.2 too busy\r\n')).toMatchObject({
      verdict: 'unknown',
      reason: 'it greets with 421 4.3.2 too busy',
    })
    expect(await asked('250 OK', () => Promise.reject(new TypeError('odd')))).toEqual({
      verdict: 'unknown',
      reason: 'odd',
      dialogue: [],
    })
    expect(await asked('250 OK', (t) => t.rested())).toMatchObject({ verdict: 'unknown' })
  })

  it('does not apply where there is no such service, or no account', async () => {
    expect(await asked('250 OK', async (t) => void (await t.imap()))).toMatchObject({ verdict: 'not-applicable' })
    expect(await asked('250 OK', async (t) => void t.account)).toMatchObject({ verdict: 'not-applicable' })
  })
})

it('runs checks side by side, then those alone, then the last side by side, and keeps their order', async () => {
  const told: string[] = []
  const last = Promise.withResolvers<void>()
  const both = Promise.withResolvers<void>()
  const subject: Subject = { name: 'nobody', facts: FACTS, endpoint: () => undefined }
  const results = await runChecks(
    subject,
    [
      check('last waits', () => last.promise, { alone: 'last' }),
      check('last frees', async () => last.resolve(), { alone: 'last' }),
      check('alone', async () => void told.push('alone'), { alone: true }),
      check('waits', async () => {
        await both.promise
        told.push('waits')
      }),
      check('frees', async () => both.resolve()),
    ],
    { onResult: ({ check: { id } }) => void told.push(`${id} ended`) },
  )
  expect(results.map(({ check: { id } }) => id)).toEqual(['last waits', 'last frees', 'alone', 'waits', 'frees'])
  expect(told.slice(-4, -2)).toEqual(['alone', 'alone ended'])
  expect(told.slice(-2).sort()).toEqual(['last frees ended', 'last waits ended'])
  expect(told.indexOf('frees ended')).toBeLessThan(told.indexOf('waits ended') + 1)
})
