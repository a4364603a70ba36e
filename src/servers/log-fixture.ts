import { readFile } from 'node:fs/promises'
import { expect } from 'vitest'
import type { LogEvent } from './log-event.ts'

/**
 * For unit tests: lines that a real daemon wrote, `fixtures/<name>.log` beside the test, all of them understood. What
 * they say stands line by line in `<name>.events`.
 */
export async function expectFixtureRead(
  test: string,
  name: string,
  readLog: (line: string) => LogEvent,
): Promise<void> {
  const file = new URL(`fixtures/${name}.log`, test)
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  const events = lines.map((line) => ({ line, ...readLog(line) }))
  expect(events.filter(({ event }) => event === 'raw').map(({ line }) => line)).toEqual([])
  const said = events.map(({ line: _, event, time: __, ...fields }) => `${event} ${JSON.stringify(fields)}\n`)
  await expect(said.join('')).toMatchFileSnapshot(`fixtures/${name}.events`)
}
