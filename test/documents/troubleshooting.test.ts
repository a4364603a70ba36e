import { globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ROOT } from '../run-command.ts'

/** Said by others than mailrig and the servers in the table of behaviour: the kernel, and Podman's tools. */
const OTHERS = ['permission denied', '/dev/net/tun: Permission denied', 'setrlimit', 'Operation not permitted']

it('every message in the troubleshooting page is one that mailrig or a server can say', async () => {
  const page = await readFile(join(ROOT, 'docs/troubleshooting.md'), 'utf8')
  const seen = [...page.matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)])
  const pieces = seen.flatMap(([, text = '']) => text.split('…')).map((piece) => piece.trim())
  const wanted = pieces.filter((piece) => piece.length > 3 && !OTHERS.includes(piece))
  expect(wanted.length).toBeGreaterThan(20)

  const files = [
    ...globSync('{src,bin,scenarios}/**/*.{ts,js,smtp,log}', { cwd: ROOT }),
    'docs/errors.md',
    'docs/behaviour.json',
  ]
  const said = (await Promise.all(files.map((file) => readFile(join(ROOT, file), 'utf8')))).join('\n')
  expect(wanted.filter((piece) => !said.includes(piece))).toEqual([])
})
