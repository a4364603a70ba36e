import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ALWAYS, OVERLAY_KINDS, type OverlayKind } from '../../src/targets/adopted/overlay.ts'
import { ROOT } from '../run-command.ts'

it('the page on overlays has every kind, what it is, and whether it can be left out', async () => {
  const page = await readFile(join(ROOT, 'docs/how-to/overlays.md'), 'utf8')
  const rows = [...page.matchAll(/^\| `([^`]+)` \| (.*) \| (yes|no) \|$/gm)].map(([, ...cells]) => cells)
  const kinds = Object.entries(OVERLAY_KINDS) as [OverlayKind, string][]
  expect(rows).toEqual(kinds.map(([kind, what]) => [kind, what, ALWAYS.has(kind) ? 'no' : 'yes']))
})
