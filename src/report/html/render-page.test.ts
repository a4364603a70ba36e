import { gunzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { runOf, testRun } from '../test-run.ts'
import { embeddable, renderPage } from './render-page.ts'

it('embeds JSON that ends no script element and means the same', () => {
  const value = { text: '</script><!-- \u2028' }
  const json = embeddable(JSON.stringify(value))
  expect(json).not.toMatch(/[<\u2028]/)
  expect(JSON.parse(json)).toEqual(value)
})

it('is one document: template, style, script, data and packed evidence', async () => {
  const record = { startedAt: 1, rig: '1', sessions: [], upstreams: [], log: [] }
  const page = await renderPage(runOf({ 'exim-trixie': [testRun({ name: '$& </script>', record })] }), ['exim-trixie'])
  expect(page).toMatch(/^<!doctype html>/i)
  expect(page).not.toMatch(/<!--(?:STYLE|DATA|EVIDENCE|SCRIPT)-->|<link|src=|https?:\/\/(?!www\.w3\.org)/)
  expect(page.match(/<\/script>/g)).toHaveLength(3)
  const data = /<script type="application\/json" id="data">(.*)<\/script>/.exec(page)?.[1] ?? ''
  expect(JSON.parse(data).scenarios[0].tests[0].name).toBe('$& </script>')
  const packed = /id="evidence-0">(.*)<\/script>/.exec(page)?.[1] ?? ''
  expect(JSON.parse(gunzipSync(Buffer.from(packed, 'base64')).toString()).cells['0/0'].record).toEqual(record)
})
