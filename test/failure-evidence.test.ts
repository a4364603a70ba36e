import { expect, it } from 'vitest'
import { startScenarios } from './run-command.ts'

it('shows a failed scenario with its session and the log lines of its own message', async () => {
  const { code, stdout, stderr } = await startScenarios('test/fixtures/fails-on-purpose.scenario.ts').outcome
  expect(code).toBe(1)
  const output = stdout + stderr
  expect(output, 'what was waited for').toContain('for the message <own-message@client.example> in jim@example.com')
  expect(output, 'the session').toMatch(/C: RCPT TO:<petra@example\.com>\n.*/)
  expect(output, 'the MTA’s line').toMatch(/postfix\/cleanup.*message-id=<own-message@client\.example>/)
  expect(output, 'what became of it').toMatch(/to=<petra@example\.com>.*status=sent/)
  expect(output, 'the store’s line').toMatch(/msgid=<own-message@client\.example>: saved mail to INBOX/)
  expect(output, 'where it is').toMatch(/petra@example\.com INBOX UID \d+: <own-message@client\.example>/)
  expect(output, 'no other message’s lines').not.toContain('other-message@client.example')
  expect(output).toContain('1 failed')
  expect(output).toContain('1 passed')
})
