import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ROOT } from '../run-command.ts'

/**
 * A fenced block of a page. What stands behind the language says what the tests do with it: `file=name` writes it,
 * `run` gives it to bash and `exit=1` says with what it ends, `output` is what the command before it has to print,
 * `needs=python3` names a program that the page needs.
 */
export interface Snippet {
  file: string
  /** Of the fence. */
  line: number
  language: string
  attributes: ReadonlyMap<string, string>
  text: string
}

/** The pages people read, from the root of the repository; the records of decisions and the API reference apart. */
export async function pages(): Promise<string[]> {
  const docs = await readdir(join(ROOT, 'docs'), { recursive: true })
  const own = docs.filter((name) => name.endsWith('.md') && !/^(?:api|decisions)\//.test(name)).sort()
  return ['README.md', 'CONTRIBUTING.md', ...own.map((name) => `docs/${name}`)]
}

export async function snippetsOf(file: string): Promise<Snippet[]> {
  const text = await readFile(join(ROOT, file), 'utf8')
  return [...text.matchAll(/^```(\w+)([^\n]*)\n(.*?)^```$/gms)].map((match) => {
    const [, language = '', rest = '', snippet = ''] = match
    const attributes = rest
      .trim()
      .split(/\s+/)
      .filter((word) => word !== '')
      .map((word): [string, string] => {
        const [name = '', value = ''] = word.split('=')
        return [name, value]
      })
    const line = text.slice(0, match.index).split('\n').length
    return { file, line, language, attributes: new Map(attributes), text: snippet }
  })
}
