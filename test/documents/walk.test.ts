import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { BUILD_MS, ensureSampleImages } from '../sample-images.ts'
import { PackedProject } from './packed-project.ts'
import { missingFrom } from './same-output.ts'
import { pages, type Snippet, snippetsOf } from './snippets.ts'

// Each page that shows commands is read from top to bottom, in a folder of its own, by somebody who has installed
// mailrig: files are written as shown, commands typed, and what they print is held against what the page shows.

const walks = (await Promise.all((await pages()).map(snippetsOf))).filter((snippets) =>
  snippets.some(({ attributes }) => attributes.has('run')),
)

let project: PackedProject
beforeAll(async () => {
  project = await PackedProject.create()
  // Of the pages on `mailrig check`.
  await ensureSampleImages('bookworm', 'trixie')
}, BUILD_MS)
afterAll(() => project.remove())
beforeEach(() => project.clear())

it('there are pages to walk through, the README and the tutorial among them', () => {
  expect(walks.map(([first]) => first?.file)).toEqual(expect.arrayContaining(['README.md', 'docs/tutorial.md']))
})

describe.each(walks.map((snippets) => ({ page: snippets[0]?.file ?? '', snippets })))('$page', ({ snippets }) => {
  const lacking = snippets.map(({ attributes }) => attributes.get('needs')).find((name) => name && !installed(name))
  it.skipIf(lacking !== undefined)(
    lacking === undefined ? 'does what it says' : `is not tried: ${lacking} is not installed`,
    async () => {
      const walker: Walker = { folder: project.folder, printed: undefined }
      try {
        for (const snippet of snippets) await take(snippet, walker)
      } finally {
        // Only where a step has failed is there still a rig.
        for (const name of keptBy(snippets)) await project.shell(`npx mailrig down ${name}`)
      }
    },
  )
})

/** Where the reader is, and what the last command printed. */
interface Walker {
  folder: string
  printed: string | undefined
}

async function take({ file, line, attributes, text }: Snippet, walker: Walker): Promise<void> {
  const place = `${file}:${line}`
  const name = attributes.get('file')
  if (name !== undefined) {
    await mkdir(dirname(join(walker.folder, name)), { recursive: true })
    await writeFile(join(walker.folder, name), text)
  } else if (attributes.has('installed')) {
    // The registry has no package of this very checkout.
    expect(text, place).toBe('npm install --save-dev mailrig vitest\n')
    await project.installIn(walker.folder)
  } else if (attributes.has('run')) {
    const { code, output, cwd } = await project.shell(text, walker.folder)
    expect(code, `${place}\n${text}\n${output}`).toBe(Number(attributes.get('exit') ?? 0))
    Object.assign(walker, { folder: cwd, printed: output })
  } else if (attributes.has('output')) {
    expect(walker.printed, `${place} shows an output, and no command stands before it`).toBeDefined()
    const missing = missingFrom(walker.printed ?? '', text)
    expect(missing, `${place} shows lines that did not come\n── what came\n${walker.printed}`).toBeUndefined()
  }
}

/** The rigs that a page starts. Each has a name, for the one without belongs to whoever works on this machine. */
function keptBy(snippets: readonly Snippet[]): string[] {
  const commands = snippets
    .filter(({ attributes }) => attributes.has('run'))
    .flatMap(({ text }) => [...text.matchAll(/mailrig up\b.*/g)].map(([command]) => command))
  return commands.map((command) => {
    const name = /--name (\S+)/.exec(command)?.[1]
    if (name === undefined) throw new Error(`${command}: give the rig a --name`)
    return name
  })
}

function installed(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)))
}
