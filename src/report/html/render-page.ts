import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { RunDocument } from '../run-document.ts'
import { inlineModules } from './inline-modules.ts'
import { evidenceOf, pageDataOf } from './page-data.ts'

/** Template, style and script of the page; the same distance from src/ and from dist/. */
const PAGE_FOLDER = fileURLToPath(new URL('../../../page/', import.meta.url))

const compress = promisify(gzip)

/**
 * The run report: one HTML document that needs nothing else. What each scenario left stands in it compressed, and is
 * unpacked when somebody asks.
 */
export async function renderPage(run: RunDocument, known: readonly string[]): Promise<string> {
  const [template, style, script, evidence] = await Promise.all([
    readFile(join(PAGE_FOLDER, 'template.html'), 'utf8'),
    joined(join(PAGE_FOLDER, 'style')),
    inlineModules(join(PAGE_FOLDER, 'script', 'main.js')),
    Promise.all(
      evidenceOf(run, known).map(async (one, index) => {
        if (Object.keys(one.cells).length === 0) return ''
        const packed = await compress(JSON.stringify(one))
        return `<script type="application/gzip" id="evidence-${index}">${packed.toString('base64')}</script>`
      }),
    ),
  ])
  const parts: Record<string, string> = {
    STYLE: `<style>\n${style}</style>`,
    DATA: `<script type="application/json" id="data">${embeddable(JSON.stringify(pageDataOf(run, known)))}</script>`,
    EVIDENCE: evidence.filter(Boolean).join('\n'),
    SCRIPT: `<script type="module">\n${script}\n</script>`,
  }
  return template.replace(/<!--(STYLE|DATA|EVIDENCE|SCRIPT)-->/g, (_, name: string) => parts[name] ?? '')
}

/** JSON that may stand in a script element: nothing in it ends the element, or begins a comment in it. */
export function embeddable(json: string): string {
  return json.replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
}

async function joined(folder: string): Promise<string> {
  const names = (await readdir(folder)).sort()
  return (await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))).join('\n')
}
