// Writes docs/api/, for `npm run docs`: what the package exports, from its docstrings.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Declaration, Declarations, isOpaque } from './declarations.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

interface Entry {
  /** What a user imports. */
  specifier: string
  /** The file of its declarations. */
  file: string
  /** The page. */
  page: string
  about: string
}

const TYPES = 'types.md'
const ENTRIES: Entry[] = [
  { specifier: 'mailrig/vitest', file: 'vitest/index.d.ts', page: 'vitest.md', about: 'for scenarios' },
  {
    specifier: 'mailrig/vitest/config',
    file: 'vitest/config.d.ts',
    page: 'vitest-config.md',
    about: 'for `vitest.config.js`: a project for each server',
  },
  {
    specifier: 'mailrig/vitest/reporter',
    file: 'report/reporter.d.ts',
    page: 'vitest-reporter.md',
    about: 'the reporter that writes the report of a run',
  },
  { specifier: 'mailrig/check', file: 'check/index.d.ts', page: 'check.md', about: 'for checks of your own' },
  { specifier: 'mailrig', file: 'index.d.ts', page: 'mailrig.md', about: 'for scripts and other test runners' },
]
const SHARED = 'named-types.d.ts'

interface Item {
  name: string
  declaration: Declaration
}

export interface Api {
  /** Page, from docs/api/ → its text. */
  pages: Map<string, string>
  /** Names that stand in an exported signature and are not exported, each with where it stands. */
  unnamed: string[]
}

export function readApi(): Api {
  const folder = mkdtempSync(join(tmpdir(), 'mailrig-declarations-'))
  try {
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
    const options = [
      '--project',
      'tsconfig.build.json',
      '--emitDeclarationOnly',
      '--sourceMap',
      'false',
      '--outDir',
      folder,
    ]
    const { status, stdout } = spawnSync(process.execPath, [tsc, ...options], { cwd: ROOT, encoding: 'utf8' })
    if (status !== 0) throw new Error(`tsc ended with ${status}\n${stdout}`)
    const declarations = new Declarations(folder)
    const shared = declarations.exportsOf(SHARED)
    const items = new Map(ENTRIES.map((entry) => [entry, own(declarations, entry, shared)]))
    const places = new Map<Declaration, { name: string; page: string }>()
    for (const { name, declaration } of shared) places.set(declaration, { name, page: TYPES })
    for (const [{ page }, list] of items) {
      for (const { name, declaration } of list) if (!places.has(declaration)) places.set(declaration, { name, page })
    }
    const printer = new Printer(declarations, places)
    const pages = new Map([['README.md', overview()]])
    for (const [entry, list] of items) pages.set(entry.page, printer.entryPage(entry, list))
    pages.set(TYPES, printer.typesPage(shared))
    for (const [page, text] of pages) pages.set(page, `${text.trimEnd()}\n`)
    return { pages, unnamed: printer.unnamed }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** What an entry exports of its own; types that all can name have a page for themselves. */
function own(declarations: Declarations, { file }: Entry, shared: readonly Item[]): Item[] {
  const known = new Set(shared.map(({ declaration }) => declaration))
  return declarations.exportsOf(file).filter(({ declaration }) => !known.has(declaration))
}

const MADE = 'Made by `npm run docs` from the docstrings; do not edit.'

function overview(): string {
  const rows = ENTRIES.map(({ specifier, page, about }) => `| [\`${specifier}\`](${page}) | ${about} |`)
  return [
    '# The API',
    '',
    `${MADE} To learn, read the [tutorial](../tutorial.md); to do one thing, the [how-to pages](../how-to/README.md).`,
    '',
    '| import from | what it is |',
    '|---|---|',
    ...rows,
    '',
    `[types.md](${TYPES}) has the types that \`mailrig\` and \`mailrig/vitest\` both export: sessions, messages, mailboxes,`,
    'upstreams, log events and others.',
    '',
  ].join('\n')
}

class Printer {
  readonly unnamed: string[] = []
  readonly #declarations: Declarations
  readonly #places: ReadonlyMap<Declaration, { name: string; page: string }>

  constructor(declarations: Declarations, places: ReadonlyMap<Declaration, { name: string; page: string }>) {
    this.#declarations = declarations
    this.#places = places
  }

  entryPage({ specifier, file, page, about }: Entry, items: readonly Item[]): string {
    const matchers = this.#declarations.augmentationsOf(file)
    return [
      `# \`${specifier}\``,
      '',
      `${MADE} This is ${about}.`,
      '',
      ...matchers.flatMap((text) => ['## Matchers', '', '```ts', text, '```', '']),
      ...items.map((item) => this.#item(item, page)),
    ].join('\n')
  }

  typesPage(items: readonly Item[]): string {
    const head = `${MADE} \`import type { … } from 'mailrig/vitest'\`, or from \`'mailrig'\`.`
    return ['# Types', '', head, '', ...items.map((item) => this.#item(item, TYPES))].join('\n')
  }

  #item({ name, declaration }: Item, page: string): string {
    const named = this.#declarations.namedBy(declaration)
    const constants = named.filter(({ kind }) => kind === 'const')
    const seen = named.filter(({ kind }) => kind !== 'const')
    for (const other of seen) {
      if (!this.#places.has(other)) this.unnamed.push(`${other.name} (${other.file}), in ${name}`)
    }
    const links = seen.flatMap((other) => {
      const place = this.#places.get(other)
      if (!place) return []
      const target = `${place.page === page ? '' : place.page}#${place.name.toLowerCase()}`
      return [`[${place.name}](${target})`]
    })
    return [
      `## ${name}`,
      '',
      ...prose(declaration.doc),
      ...(isOpaque(declaration)
        ? [`${declaration.kind === 'interface' ? 'An interface' : 'A type'}; what is inside belongs to mailrig.`, '']
        : ['```ts', codeOf(name, declaration, constants), '```', '']),
      ...(links.length === 0 ? [] : [`Names ${links.sort().join(', ')}.`, '']),
    ].join('\n')
  }
}

function codeOf(name: string, declaration: Declaration, constants: readonly Declaration[]): string {
  const [one] = constants
  if (one?.name === 'ERROR_CODES') return `type ${name} = 'TOPOLOGY_INVALID' | … // every code in docs/errors.md`
  return [declaration, ...constants].map(({ text }) => text).join('\n')
}

/** A docstring as Markdown: its tags become lists and code. */
function prose(doc: string): string[] {
  if (doc === '') return []
  const [text = '', ...tags] = doc.split(/(?:^|(?<=[\s.]))@(?=(?:throws|param|returns|example)\b)/)
  const lines = [plain(text)]
  const listed: string[] = []
  const examples: string[] = []
  for (const tag of tags) {
    const [, kind = '', rest = ''] = /^(\w+)\s*(.*)$/s.exec(tag.trim()) ?? []
    if (kind === 'example') examples.push('```ts', rest.trim(), '```', '')
    else listed.push(`- ${labelled(kind, plain(rest))}`)
  }
  return [...lines.filter((line) => line !== ''), '', ...listed, ...(listed.length === 0 ? [] : ['']), ...examples]
}

function labelled(kind: string, text: string): string {
  const one = text.replaceAll(/\s*\n\s*/g, ' ')
  if (kind === 'param') return one.replace(/^(\S+)/, '`$1`:')
  return `${kind === 'throws' ? 'Throws' : 'Returns'} ${one.replaceAll(/\{(\w+)\}/g, '`$1`')}`
}

function plain(text: string): string {
  return text.trim().replaceAll(/\{@link (\w+)\}/g, '`$1`')
}

if (import.meta.main) {
  const { pages, unnamed } = readApi()
  for (const name of unnamed) process.stderr.write(`not exported: ${name}\n`)
  const folder = join(ROOT, 'docs/api')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  for (const [page, text] of pages) writeFileSync(join(folder, page), text)
}
