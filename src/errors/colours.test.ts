import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { coloursFor } from './colours.ts'

const terminal = { isTTY: true, hasColors: () => true }
const plainTerminal = { isTTY: true, hasColors: () => false }
const pipe = {}

describe('colours', () => {
  it.each([
    ['a terminal', terminal, {}, true],
    ['a terminal without colours', plainTerminal, {}, false],
    ['a pipe', pipe, {}, false],
    ['a pipe of a CI runner', pipe, { CI: 'true', GITHUB_ACTIONS: 'true' }, false],
    ['a pipe, forced', pipe, { FORCE_COLOR: '1' }, true],
    ['a terminal, forced off', terminal, { FORCE_COLOR: '0' }, false],
    ['a terminal whose user wants none', terminal, { NO_COLOR: '1' }, false],
    ['a terminal with an empty NO_COLOR, which says nothing', terminal, { NO_COLOR: '' }, true],
  ])('for %s', (_name, stream, env, expected) => {
    expect(coloursFor({ stream, env }).bold('x') !== 'x').toBe(expected)
  })

  it('keeps an error free of them in a pipe of a CI runner', async () => {
    const bin = fileURLToPath(new URL('../../bin/mailrig.js', import.meta.url))
    const { FORCE_COLOR: _forced, NO_COLOR: _none, ...env } = process.env
    const child = spawn(process.execPath, [bin, 'play', 'no-such-file.smtp'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...env, CI: 'true' },
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text))
    const [code] = await new Promise<[number | null]>((resolve) => child.once('close', (code) => resolve([code])))
    expect(code).toBe(2)
    expect(said).toContain('error')
    expect(said).not.toContain('\x1b')
  })
})
