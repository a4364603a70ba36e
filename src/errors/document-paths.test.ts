import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { withDocumentPaths } from './document-paths.ts'
import { MailrigError } from './mailrig-error.ts'

const TEXT = 'Correct it; docs/topology.md lists what is allowed, and docs/how-to/tls.md shows it.'

it('names documents from where the reader is', () => {
  expect(withDocumentPaths(TEXT, '/home/jim/app/node_modules/mailrig/', '/home/jim/app')).toBe(
    'Correct it; node_modules/mailrig/docs/topology.md lists what is allowed, and node_modules/mailrig/docs/how-to/tls.md shows it.',
  )
  expect(withDocumentPaths(TEXT, '/home/jim/mailrig', '/home/jim/mailrig')).toBe(TEXT)
  expect(withDocumentPaths(TEXT, '/usr/lib/mailrig', '/home/jim')).toContain(
    '; /usr/lib/mailrig/docs/topology.md lists',
  )
})

it('leaves alone what is a path already, and what is no document', () => {
  const text = 'node_modules/mailrig/docs/topology.md, ./docs/mine.md, /srv/docs/x.md, docs/ and mydocs/a.md'
  expect(withDocumentPaths(text, '/home/jim/mailrig', '/home/jim/app')).toBe(text)
})

it('is what a remedy goes through', async () => {
  const elsewhere = await mkdtemp(join(tmpdir(), 'mailrig-'))
  const before = process.cwd
  try {
    process.cwd = () => elsewhere
    const { remedy } = new MailrigError('wrong', {
      code: 'TOPOLOGY_INVALID',
      remedy: 'docs/topology.md lists what is allowed.',
    })
    expect(remedy).toMatch(/^\/.*\/docs\/topology\.md lists/)
  } finally {
    process.cwd = before
    await rm(elsewhere, { recursive: true })
  }
})
