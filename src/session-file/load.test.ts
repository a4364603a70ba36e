import { describe, expect, it } from 'vitest'
import { MTA_NAMES } from '../servers/registry.ts'
import { completeSessionFile } from './load.ts'

const load = (text: string) => completeSessionFile(text, 'a.smtp')

describe('a file that cannot fail', () => {
  it.each([
    ['nothing at all', '', '1:1', 'found a file that asserts nothing'],
    ['a comment', '# later\n', '1:1', 'found a file that asserts nothing'],
    ['front matter alone', '---\ntitle: later\n---\n', '1:1', 'found a file that asserts nothing'],
    ['commands without replies', '\nC: NOOP\nwait 1ms', '2:1', 'found a file that asserts nothing'],
    [
      'replies that are recorded',
      'S: ?\nC: NOOP\nS: ?',
      '1:1',
      'found a file that records replies and asserts nothing',
    ],
    ['any reply as one of several', 'S: 220\nor: ?', '1:1', 'found a file that records replies and asserts nothing'],
    [
      'replies of servers it does not run on',
      '---\nneeds: { mtas: [postfix], reason: x }\n---\nS[exim]: 220',
      '4:1',
      'found a file that records replies and asserts nothing',
    ],
    [
      'replies of some servers alone',
      `S[${MTA_NAMES.filter((name) => name !== 'postfix' && name !== 'sendmail').join(', ')}, postfix-trixie]: 220`,
      '1:1',
      'found a file that records replies and asserts nothing on postfix-bookworm, sendmail-bookworm, sendmail-trixie, expected',
    ],
  ])('is refused: %s', async (_, text, place, message) => {
    const refused = load(text)
    await expect(refused).rejects.toMatchObject({ code: 'SESSION_FILE', exitCode: 2 })
    await expect(refused).rejects.toThrow(`a.smtp:${place}: ${message}`)
    await expect(refused).rejects.toThrow(
      /one line at least that can fail(?: there)?, such as "S: 250" or "mailbox jim: nothing"/,
    )
  })

  it.each([
    'S: 220',
    'S: closed',
    'S: silence 1s',
    'queue: empty',
    'S[exim]: 220\nqueue: empty',
    '---\nneeds: { mtas: [exim], reason: x }\n---\nS: ?\nlog[exim]: no "x"',
  ])('is not %j', async (text) => {
    expect((await load(text)).statements).not.toEqual([])
  })
})

describe('an order that never serves', () => {
  it.each([
    ['behind another for ever', 'on rcpt reply "450 a"\non rcpt reply "550 b"', 2, 'line 1 serves at rcpt for ever'],
    ['behind a delay for ever', 'on rcpt delay 1s\non rcpt drop', 2, 'line 1 serves at rcpt for ever'],
    ['no times', 'on rcpt drop times 0', 1, '"times 0"; expected 1 or more'],
    ['after every session was dropped', 'on connect drop\non mail reply "450 a"', 2, 'refuses at connect for ever'],
    ['after every sender was refused', 'on mail reply "550 a"\non message drop', 2, 'refuses at mail for ever'],
    ['AUTH that is not announced', 'on ehlo reply "250 a"\non auth reply "535 b"', 2, 'does not announce AUTH'],
    ['the same in the other order', 'on auth reply "535 b"\non ehlo reply "250 a"', 1, 'does not announce AUTH'],
    ['STARTTLS', 'on ehlo reply "250-a", "250 AUTH PLAIN"\non starttls drop', 2, 'does not announce STARTTLS'],
  ])('is refused: %s', async (_, orders, line, message) => {
    const text = orders.replaceAll(/^/gm, 'upstream: ')
    await expect(load(`${text}\nS: 220`)).rejects.toThrow(`a.smtp:${line}:1: found an order that never serves: `)
    await expect(load(`${text}\nS: 220`)).rejects.toThrow(message)
  })

  it.each([
    'on auth reply "535 b"',
    'on starttls reply "454 b"',
    'on ehlo reply "250 a", "250 auth PLAIN"\non auth reply "535 b"',
    'on ehlo reply "250 a" times 1\non auth reply "535 b"',
    'on ehlo delay 1s\non auth reply "535 b"',
    'on rcpt reply "450 a" times 1\non rcpt reply "550 b"',
    'on mail reply "450 a" times 1\non message drop',
    'on auth reply "535 a"\non mail reply "530 b"',
    'on message drop\non rcpt reply "450 a"',
  ])('is not %j', async (orders) => {
    const { statements } = await load(`${orders.replaceAll(/^/gm, 'upstream: ')}\nS: 220`)
    expect(statements.filter(({ kind }) => kind === 'upstream-order')).toHaveLength(orders.split('\n').length)
  })

  it('is looked for at each upstream', async () => {
    const text = '---\nupstreams: [other]\n---\nupstream: on connect drop\nupstream other: on connect drop\nS: 220'
    expect((await load(text)).statements).toHaveLength(3)
  })
})

describe('a message without its end', () => {
  it.each([
    ['after text', 'C: DATA\nS: 354\nC: Subject: x\nC:\nC: hello\nS: 250', '6:1'],
    ['after nothing', 'C: DATA\nS: 354 go ahead\nS: 250', '3:1'],
    ['after a dot with more behind it', 'C: DATA\nS: 354\nC: .a\nS: 250', '4:1'],
    ['with a variable in a line', 'C: DATA\nS: 354\nC: Message-ID: ${id}\nS: 250', '4:1'],
    ['on a connection with a name', 'connect(b)\nC(b): DATA\nS(b): 354\nC(b): hello\nC: .\nS(b): 250', '6:1'],
  ])('is refused: %s', async (_, text, place) => {
    await expect(load(text)).rejects.toThrow(`a.smtp:${place}: found a wait for 250 in the middle of a message`)
  })

  it.each([
    ['its end', 'C: DATA\nS: 354\nC: hello\nC: .\nS: 250'],
    ['an end of bare line feeds', 'C: DATA\nS: 354\nC=: hello\\n.\\n\nS: 250'],
    ['an end in a variable', 'C: DATA\nS: 354\nC: ${id}\nS: 250'],
    ['another reply, which may come at any time', 'C: DATA\nS: 354\nC: hello\nS: 421'],
    ['a message in one statement', 'C: DATA\nS: 354\nmessage of 2K\nS: 250'],
  ])('is not: %s', async (_, text) => {
    expect((await load(text)).statements).not.toEqual([])
  })
})
