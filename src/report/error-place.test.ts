import { describe, expect, it } from 'vitest'
import { maskedSource, placesOf } from './error-place.ts'

const FILES: Record<string, string> = {
  '/own/a.scenario.ts': 'one\n  await expect(two).toReply(250)\nthree\n',
  '/own/helper.ts': 'return expect(x)\n',
  '/own/b.smtp': 'S: 220\r\nC: AUTH PLAIN AGppbQBwdw==\r\n',
}
const read = (path: string) => FILES[path]
const frame = (file: string, line: number, column = 3) => ({ method: '', file, line, column })

describe('placesOf', () => {
  it('gives the line of the assertion, and the line of the test that led to it', () => {
    const stacks = [frame('/own/helper.ts', 1), frame('/own/a.scenario.ts', 2), frame('/own/a.scenario.ts', 3)]
    expect(placesOf({ stacks }, '/own/a.scenario.ts', '/own', read)).toEqual([
      { file: 'helper.ts', line: 1, column: 3, source: 'return expect(x)' },
      { file: 'a.scenario.ts', line: 2, column: 3, source: '  await expect(two).toReply(250)' },
    ])
  })

  it('gives the place in a session file, its secrets masked', () => {
    expect(placesOf({ stacks: [frame('/own/b.smtp', 2, 1)] }, '/own/b.smtp', '/own', read)).toEqual([
      { file: 'b.smtp', line: 2, column: 1, source: 'C: AUTH PLAIN ***' },
    ])
  })

  it('leaves out what is no file of the user, and a line that is not there', () => {
    const stacks = [frame('/own/node_modules/x/index.js', 1), frame('/own/gone.ts', 1), frame('/own/helper.ts', 9)]
    expect(placesOf({ stacks }, '/own/a.scenario.ts', '/own', read)).toEqual([{ file: 'gone.ts', line: 1, column: 3 }])
    expect(placesOf({}, '/own/a.scenario.ts', '/own', read)).toEqual([])
  })
})

describe('maskedSource', () => {
  it('masks what the file calls a password, a secret or a token, wherever it stands', () => {
    const file = "rig({ jim: { password: 'hunter2' } })\nconst apiToken = `to-ken`\n  secret: plainYaml\n"
    expect(maskedSource("await s.login('jim', 'hunter2')", file)).toBe("await s.login('jim', '***')")
    expect(maskedSource('use(`to-ken`, plainYaml)', file)).toBe('use(`***`, ***)')
    expect(maskedSource('expect(reply).toReply(250)', file)).toBe('expect(reply).toReply(250)')
  })

  it('masks credentials in commands of SMTP, POP3 and IMAP', () => {
    for (const [line, masked] of [
      ["await session.command('AUTH PLAIN AGppbQBwdw==')", "await session.command('AUTH PLAIN ***')"],
      ['await pop3.command(`PASS geheim`)', 'await pop3.command(`PASS ***`)'],
      ['// LET IT PASS, or not', '// LET IT PASS, or not'],
      ['C: AUTH PLAIN AGppbQBwdw==', 'C: AUTH PLAIN ***'],
      ['C: PASS geheim', 'C: PASS ***'],
      ['C: a1 LOGIN jim geheim', 'C: a1 LOGIN ***'],
      ['C: a1 AUTHENTICATE PLAIN AGppbQ==', 'C: a1 AUTHENTICATE PLAIN ***'],
      ['C: EHLO client.example', 'C: EHLO client.example'],
    ] as const) {
      expect(maskedSource(line, '')).toBe(masked)
    }
  })
})
