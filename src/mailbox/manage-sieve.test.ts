import { describe, expect, it } from 'vitest'
import { answering, scriptedPeer } from '../session/scripted-peer.ts'
import { openManageSieve } from './manage-sieve.ts'

const GREETING = '"IMPLEMENTATION" "test"\r\n"SIEVE" "fileinto reject"\r\nOK "ready"\r\n'

const server = (answers: Record<string, string>, greeting = GREETING) =>
  scriptedPeer(answering(greeting, (line) => answers[line] ?? (line === '' ? '' : undefined)))

describe('ManageSieve', () => {
  it('reads the capabilities of the greeting, and what the commands give', async () => {
    await using peer = await server({
      'AUTHENTICATE "PLAIN" "AGppbQBzZWNyZXQ="': 'OK\r\n',
      LISTSCRIPTS: '"one" ACTIVE\r\n{5}\r\nt"wo"\r\nOK\r\n',
      'GETSCRIPT "one"': '{7}\r\nkeep;\r\n\r\nOK\r\n',
      'SETACTIVE ""': 'OK\r\n',
      'DELETESCRIPT "a\\"b"': 'OK\r\n',
    })
    const sieve = await openManageSieve(peer.endpoint)
    expect(sieve.capabilities.get('SIEVE')).toBe('fileinto reject')
    await sieve.login({ user: 'jim', password: 'secret' })
    expect(await sieve.list()).toEqual([
      { name: 'one', active: true },
      { name: 't"wo"', active: false },
    ])
    expect(await sieve.get('one')).toBe('keep;\r\n')
    await sieve.activate()
    await sieve.delete('a"b')
    sieve.destroy()
  })

  it('sends a script as a literal counted in octets, and gives the warnings', async () => {
    const asLatin1 = Buffer.from('kü').toString('latin1')
    await using peer = await server({ [asLatin1]: 'OK (WARNINGS) "line 1: odd"\r\n' })
    const sieve = await openManageSieve(peer.endpoint)
    expect(await sieve.put('x', 'kü')).toBe('line 1: odd')
    expect(peer.received).toContain('PUTSCRIPT "x" {3+}\r\n')
    sieve.destroy()
  })

  it('rejects with the text of a NO', async () => {
    await using peer = await server({ keep: 'NO {18}\r\nline 1: expected ;\r\n' })
    const sieve = await openManageSieve(peer.endpoint)
    await expect(sieve.check('keep')).rejects.toMatchObject({ code: 'MAILBOX_COMMAND', answer: 'line 1: expected ;' })
    sieve.destroy()
  })

  it('tells a login that fails, and a greeting that is none', async () => {
    await using peer = await server({ 'AUTHENTICATE "PLAIN" "AGppbQBiYWQ="': 'NO "no"\r\n' })
    const sieve = await openManageSieve(peer.endpoint)
    await expect(sieve.login({ user: 'jim', password: 'bad' })).rejects.toThrow(
      'Expected to log in as jim, but the server said: no',
    )
    sieve.destroy()
    await using busy = await server({}, 'BYE "busy"\r\n')
    await expect(openManageSieve(busy.endpoint)).rejects.toThrow(
      'Expected the greeting to succeed, but the server said: busy',
    )
  })
})
