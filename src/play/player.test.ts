import { createHmac } from 'node:crypto'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answering, type ScriptedPeer, scriptedPeer } from '../session/scripted-peer.ts'
import { completeSessionFile, loadSessionFile } from '../session-file/load.ts'
import { HostGround } from './host-ground.ts'
import { playSessionFile } from './player.ts'
import type { Played } from './step.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailrig-'))
  await writeFile(join(folder, 'm.eml'), 'Subject: hi\r\n\r\n.dot\r\n')
  await symlink('/etc/hostname', join(folder, 'link.eml'))
})
afterAll(() => rm(folder, { recursive: true }))

async function play(text: string, peer: ScriptedPeer): Promise<Played> {
  const file = await completeSessionFile(text, join(folder, 'a.smtp'))
  return playSessionFile(file, new HostGround(peer.endpoint), { timeoutMs: 2000 })
}

/** Answers as servers do, as far as a test needs one. */
const server = () => {
  let message = false
  return scriptedPeer(
    answering('220 hello\r\n', (line, socket) => {
      if (message) {
        message = line !== '.'
        return message ? undefined : '250 taken\r\n'
      }
      if (/^EHLO/.test(line)) return '250-mx\r\n250-SIZE 1000\r\n250 HELP\r\n'
      if (line === 'QUIT') {
        socket.end('221 bye\r\n')
        return undefined
      }
      if (line === 'RESET') {
        socket.resetAndDestroy()
        return undefined
      }
      if (line === 'SILENT') return undefined
      if (line === 'AUTH LOGIN') return '334 VXNlcm5hbWU6\r\n'
      if (line === 'AUTH CRAM-MD5') return `334 ${Buffer.from('<challenge>').toString('base64')}\r\n`
      if (/^(?:amlt)/.test(line)) return '334 UGFzc3dvcmQ6\r\n'
      if (/^(?:c2VjcmV0|AUTH PLAIN)/.test(line)) return '235 in\r\n'
      if (line === 'DATA') {
        message = true
        return '354 go\r\n'
      }
      if (line === '' || line.startsWith('.') || line.startsWith('Subject')) return undefined
      if (line === 'BAD') return '550 5.1.1 no\r\n'
      return '250 ok\r\n'
    }),
  )
}

describe('a play', () => {
  it('makes a step of each expectation, with what was said since the one before', async () => {
    await using peer = await server()
    const played = await play(
      'S: 220\nC: EHLO a\nS: 250 /SIZE (?<n>\\d+)/\nC: NOOP ${n}\nC: RSET\nS: 250\nS: 250\nC: QUIT\nS: 221\nS: closed',
      peer,
    )
    expect(
      played.steps.map(({ line, sent, expected, received, verdict }) => [line, sent, expected, received, verdict]),
    ).toEqual([
      [1, '', '220', '220 hello', 'pass'],
      [3, 'EHLO a', '250 /SIZE (?<n>\\d+)/', '250-mx\n250-SIZE 1000\n250 HELP', 'pass'],
      [6, 'NOOP 1000\nRSET', '250', '250 ok', 'pass'],
      [7, '', '250', '250 ok', 'pass'],
      [9, 'QUIT', '221', '221 bye', 'pass'],
      [10, '', 'closed', 'closed', 'pass'],
    ])
    expect(played.verdict).toBe('pass')
    expect(peer.received).toBe('EHLO a\r\nNOOP 1000\r\nRSET\r\nQUIT\r\n')
  })

  it('ends at the first step that fails, names the place of the choice, and skips the rest', async () => {
    await using peer = await server()
    const played = await play('S: 220\nC: BAD\nS: 250\nor: 251 "x"\nC: RSET\nS: 250\nqueue: empty', peer)
    expect(played.verdict).toBe('fail')
    expect(played.failure).toMatchObject({
      place: { line: 3, column: 1 },
      step: {
        sent: 'BAD',
        expected: '250\n251 "x"',
        received: '550 5.1.1 no',
        why: 'the code is not 250; the code is not 251',
      },
    })
    expect(played.steps.map(({ line, verdict }) => [line, verdict])).toEqual([
      [1, 'pass'],
      [3, 'fail'],
      [6, 'skipped'],
      [7, 'skipped'],
    ])
    expect(peer.received).toBe('BAD\r\n')
  })

  it('takes any of several, an end of the connection among them', async () => {
    await using peer = await server()
    expect(await play('S: 220\nC: BAD\nS: 250\nor: 5xx', peer)).toMatchObject({ verdict: 'pass' })
    expect(await play('S: 220\nC: RESET\nS: 421\nor: reset', peer)).toMatchObject({ verdict: 'pass' })
    expect(await play('S: 220\nC: RESET\nS: reset', peer)).toMatchObject({ verdict: 'pass' })
    expect(await play('S: 220\nC: QUIT\nS: 221\nS: reset', peer)).toMatchObject({
      verdict: 'fail',
      failure: { step: { received: 'closed', why: 'closed, not reset' } },
    })
  })

  it('observes without judging', async () => {
    await using peer = await server()
    const { steps, verdict } = await play('S: ?\nC: BAD\nS: ?\nC: RESET\nS: ?\nqueue: empty', peer)
    expect(steps.slice(0, 3).map((step) => [step.verdict, step.received.split('\n')[0]])).toEqual([
      ['observed', '220 hello'],
      ['observed', '550 5.1.1 no'],
      ['observed', expect.stringContaining('reset the connection')],
    ])
    expect(verdict).toBe('pass')
  })

  it('fails when nothing comes, when something comes into a silence, and when nobody listens', async () => {
    await using peer = await server()
    expect((await play('S: 220\ntimeout 50ms\nC: SILENT\nS: 250', peer)).failure?.step).toMatchObject({
      line: 4,
      sent: 'SILENT',
      why: expect.stringMatching(/^Waited \d+ ms for a reply/),
    })
    expect((await play('S: 220\nC: NOOP\nS: silence 1s', peer)).failure?.step.why).toContain('Expected silence')
    expect((await play('S: 220\nC: SILENT\nS: silence 20ms', peer)).verdict).toBe('pass')
    const { endpoint } = peer
    await peer[Symbol.asyncDispose]()
    const file = await completeSessionFile('S: 220', 'a.smtp')
    const played = await playSessionFile(file, new HostGround(endpoint))
    expect(played.failure?.step).toMatchObject({ sent: 'connect smtp', why: expect.stringContaining('ECONNREFUSED') })
  })

  it('sends octets as they are, in one write', async () => {
    const writes: string[] = []
    await using peer = await scriptedPeer((socket) => {
      socket.on('data', (chunk: Buffer) => {
        writes.push(chunk.toString('latin1'))
        socket.write('250 ok\r\n')
      })
    })
    await play('C: \\xffa\nC=: b\\n.\\n\nS: 250\nC=: c\nS: 250', peer)
    expect(writes).toEqual(['\xffa\r\nb\n.\n', 'c'])
  })

  it('sends messages: from a file, dots doubled or raw, and made to size', async () => {
    await using peer = await server()
    const text =
      'S: 220\nC: DATA\nS: 354\nmessage from "m.eml"\nS: 250\nC: DATA\nS: 354\nmessage of 1000\nS: 250\nmessage raw from "m.eml"\nhalf-close\nS: closed'
    const played = await play(text, peer)
    expect(played.failure).toBeUndefined()
    const [, stuffed = '', made = ''] = peer.received.split('DATA\r\n')
    expect(stuffed).toBe('Subject: hi\r\n\r\n..dot\r\n.\r\n')
    expect(made.indexOf('\r\n.\r\n') + 2).toBe(1000)
    expect(peer.received.endsWith('\r\n.\r\nSubject: hi\r\n\r\n.dot\r\n')).toBe(true)
  })

  it('logs in by PLAIN, LOGIN and CRAM-MD5, and shows no secret', async () => {
    await using peer = await server()
    const played = await play(
      'S: 220\nauth plain jim secret\nS: 235\nauth login jim secret\nS: 235\nauth cram-md5 jim secret\nS: ?',
      peer,
    )
    expect(played.verdict).toBe('pass')
    const digest = createHmac('md5', 'secret').update('<challenge>').digest('hex')
    expect(peer.received.split('\r\n')).toEqual([
      `AUTH PLAIN ${Buffer.from('\0jim\0secret').toString('base64')}`,
      'AUTH LOGIN',
      'amlt',
      'c2VjcmV0',
      'AUTH CRAM-MD5',
      Buffer.from(`jim ${digest}`).toString('base64'),
      '',
    ])
    expect(JSON.stringify(played.steps)).not.toMatch(/c2VjcmV0|amlt|secret/)
  })

  it.each(['plain', 'login', 'cram-md5'])(
    'holds the first reply to auth %s that is no challenge against the next S:',
    async (mechanism) => {
      await using peer = await scriptedPeer(answering('220 hello\r\n', () => '530 5.7.0 TLS first\r\n'))
      const refused = await play(`S: 220\nauth ${mechanism} jim secret\nS: 5xx 5.7.0`, peer)
      expect(refused.steps.map(({ line, received, verdict }) => [line, received, verdict])).toEqual([
        [1, '220 hello', 'pass'],
        [3, '530 5.7.0 TLS first', 'pass'],
      ])
      expect(peer.received.split('\r\n'), 'nothing is said behind the refusal').toHaveLength(2)
      for (const wrong of ['235', '334', 'silence 10ms', 'closed']) {
        const failed = await play(`S: 220\nauth ${mechanism} jim secret\ntimeout 50ms\nS: ${wrong}`, peer)
        expect(failed.failure, wrong).toMatchObject({ place: { line: 4 } })
      }
    },
  )

  it('knows a refusal after the user name, and an end instead of a challenge', async () => {
    await using peer = await scriptedPeer(
      answering('220 hello\r\n', (line) => {
        if (line === 'AUTH LOGIN') return '334 VXNlcm5hbWU6\r\n'
        return '535 5.7.8 no\r\n'
      }),
    )
    expect(await play('S: 220\nauth login jim secret\nS: 535', peer)).toMatchObject({ verdict: 'pass' })
    await using gone = await scriptedPeer(answering('220 hello\r\n', (_, socket) => void socket.end()))
    expect(await play('S: 220\nauth login jim secret\nS: closed', gone)).toMatchObject({ verdict: 'pass' })
    const waited = await play('S: 220\nauth login jim secret\nS: 235', gone)
    expect(waited.failure).toMatchObject({ place: { line: 3 }, step: { why: expect.stringContaining('closed') } })
  })

  it('keeps several connections apart', async () => {
    await using peer = await server()
    const text =
      'connect(a)\nconnect(b)\nS(a): 220\nC(a): BAD\nS(b): 220\nC(b): NOOP\nS(a): 550\nS(b): 250\nclose(a)\nC(b): QUIT\nS(b): 221'
    expect(await play(text, peer)).toMatchObject({ verdict: 'pass' })
  })

  it('fails where nothing was captured on this server', async () => {
    await using peer = await server()
    const played = await play('S[exim]: 220 /(?<n>.)/\nC: NOOP ${n}\nS: 250', peer)
    expect(played.failure?.step.why).toBe('nothing was captured as "n" on this server')
  })

  it('says what cannot be seen of a server that is not ours', async () => {
    await using peer = await server()
    const played = await play('upstream: down\nS: 220\nflush\nqueue: empty', peer)
    expect(played.steps.map(({ verdict, why }) => [verdict, why])).toEqual([
      ['skipped', 'the server is not part of a rig'],
      ['pass', undefined],
      ['skipped', 'the server is not part of a rig'],
      ['skipped', 'the server is not part of a rig'],
    ])
  })
})

describe('a file that is loaded', () => {
  it.each([
    ['message from "none.eml"', 'found the name of a file that cannot be read'],
    ['message from "link.eml"', 'found "link.eml", which leads out of the folder'],
    ['message from "."', 'found ".", which leads out of the folder'],
    ['upstream: 1 message, octets file "none.eml"', 'found the name of a file that cannot be read'],
  ])('names %s', async (text, message) => {
    await expect(completeSessionFile(`S: 220\n${text}`, join(folder, 'a.smtp'))).rejects.toThrow(
      new RegExp(`a\\.smtp:2:1: ${message.replaceAll('.', '\\.')}`),
    )
  })

  it('has to be there', async () => {
    await expect(loadSessionFile(join(folder, 'none.smtp'))).rejects.toMatchObject({
      code: 'SESSION_FILE_UNREADABLE',
      exitCode: 2,
    })
  })
})
