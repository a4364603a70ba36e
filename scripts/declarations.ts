// The public API as the compiler declares it: the declarations of tsc, taken apart by their line beginnings, which are
// regular. Node reads no TypeScript of its own for this, and the compiler's programming interface is not stable yet.
import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

/** A declaration at the top of a file. */
export interface Declaration {
  name: string
  /** From the root of the declarations, e.g. `rig/rig.d.ts`. */
  file: string
  kind: 'class' | 'interface' | 'type' | 'function' | 'const'
  /** What stands in the docstring, without its asterisks. */
  doc: string
  /** The declaration itself, without `export declare`. */
  text: string
}

/** Handed out and handed in as they are; what is inside belongs to mailrig. */
const OPAQUE = ['Engine', 'Ground', 'MtaAdapter', 'Outcome', 'ParsedTopology', 'Run', 'Statement', 'World']

/** Whether a user handles it as a whole, without a look inside. */
export function isOpaque({ name }: Declaration): boolean {
  return OPAQUE.includes(name)
}

interface Module {
  declarations: Map<string, Declaration>
  /** Local name → where it comes from. */
  imports: Map<string, { module: string; name: string }>
  /** Exported name → where it comes from; no module: this one. */
  exports: Map<string, { module?: string; name: string }>
  /** Modules of which it exports everything. */
  all: string[]
  /** What it adds to other modules, such as matchers to vitest. */
  augmentations: string[]
}

const STATEMENT =
  /^(?:export )?(?:default )?(?:declare )?(?:abstract )?(class|interface|type|function|const|enum) (\w+)/

export class Declarations {
  readonly #root: string
  readonly #modules = new Map<string, Module>()

  constructor(root: string) {
    this.#root = root
  }

  /** What a module exports, in the order of the alphabet; each with the place of its declaration. */
  exportsOf(file: string): { name: string; declaration: Declaration }[] {
    const module = this.#module(file)
    const own = [...module.exports.keys()].flatMap((name) => {
      const declaration = this.find(file, name)
      return declaration ? [{ name, declaration }] : []
    })
    const others = module.all.flatMap((other) => this.exportsOf(other))
    return [...own, ...others].sort((a, b) => a.name.localeCompare(b.name, 'en'))
  }

  augmentationsOf(file: string): readonly string[] {
    return this.#module(file).augmentations
  }

  /** The declaration that a name means in a file; undefined for what comes from elsewhere, such as Node and vitest. */
  find(file: string, name: string): Declaration | undefined {
    const module = this.#module(file)
    const own = module.declarations.get(name)
    if (own) return own
    const source = module.imports.get(name) ?? module.exports.get(name)
    if (source?.module === undefined) return undefined
    return this.find(source.module, source.name)
  }

  /** The declarations that this one names, those of Node and of packages apart. */
  namedBy(declaration: Declaration): Declaration[] {
    if (isOpaque(declaration)) return []
    const code = declaration.text.replaceAll(/\/\*\*.*?\*\//gs, '').replaceAll(/'[^']*'|"[^"]*"/g, '')
    const names = new Set([...code.matchAll(/(?<![.\w])[A-Z]\w*/g)].map(([name]) => name))
    return [...names].flatMap((name) => {
      const found = this.find(declaration.file, name)
      return found && found !== declaration ? [found] : []
    })
  }

  #module(file: string): Module {
    const known = this.#modules.get(file)
    if (known) return known
    const module = readModule(file, readFileSync(join(this.#root, file), 'utf8'))
    this.#modules.set(file, module)
    return module
  }
}

function readModule(file: string, source: string): Module {
  const module: Module = { declarations: new Map(), imports: new Map(), exports: new Map(), all: [], augmentations: [] }
  let doc = ''
  for (const statement of statements(source)) {
    if (statement.startsWith('/**')) {
      doc = withoutAsterisks(statement)
      continue
    }
    readStatement(module, file, statement, doc)
    doc = ''
  }
  return module
}

function readStatement(module: Module, file: string, statement: string, doc: string): void {
  if (/^(?:import|export) (?:type )?\{/.test(statement)) readNames(module, file, statement)
  else if (/^export (?:type )?\* from /.test(statement)) module.all.push(sourceOf(file, statement) ?? '')
  else if (/^declare module /.test(statement)) module.augmentations.push(statement)
  else {
    const [, kind, name = ''] = STATEMENT.exec(statement) ?? []
    if (kind === undefined) return
    const text = withoutInnards(statement.replace(/^export (?:default )?(?:declare )?/, ''))
    module.declarations.set(name, { name, file, kind: kind as Declaration['kind'], doc, text })
    if (statement.startsWith('export ')) module.exports.set(name, { name })
  }
}

/** `import { type A, B as C } from './b.ts'`, and the same with `export`. */
function readNames(module: Module, file: string, statement: string): void {
  const [, list = '', elsewhere] = /\{([^}]*)\}( from )?/s.exec(statement) ?? []
  const source = sourceOf(file, statement)
  if (elsewhere !== undefined && source === undefined) return
  for (const item of list.split(',')) {
    const [name = '', alias = name] = item
      .trim()
      .replace(/^type /, '')
      .split(' as ')
    if (name === '') continue
    const target = statement.startsWith('import') ? module.imports : module.exports
    if (source !== undefined) target.set(alias, { module: source, name })
    else target.set(alias, { name })
  }
}

/** The file that a statement imports from; undefined for a package. */
function sourceOf(file: string, statement: string): string | undefined {
  const [, from = ''] = / from '([^']+)'/.exec(statement) ?? []
  return from.startsWith('.') ? normalize(join(dirname(file), from.replace(/\.ts$/, '.d.ts'))) : undefined
}

/** Docstrings and statements at the top of the file: tsc begins each in the first column. */
function statements(source: string): string[] {
  const result: string[] = []
  for (const line of source.split('\n')) {
    const continues = line === '' || /^[ })*\]]/.test(line)
    if (continues && result.length > 0) result[result.length - 1] += `\n${line}`
    else result.push(line)
  }
  return result.map((text) => text.trimEnd())
}

/**
 * A class without what nobody outside can use: private members, and constructors and `static` makers, which take parts
 * of mailrig itself. Errors are made by users as well. A ground is made, and handed on as it is.
 */
function withoutInnards(text: string): string {
  const [, name = ''] = /^(?:abstract )?class (\w+)/.exec(text) ?? []
  if (name === '') return text
  const [head = '', ...members] = text.split(/\n(?= {4}[^ }\])])/)
  const kept = members.filter((member, index) => {
    // A docstring goes with what stands behind it.
    const line = (/^\s*\/\*\*/.test(member) ? members[index + 1] : member)?.trimStart() ?? ''
    const made = /^(?:constructor\(|static )/.test(line)
    if (name.endsWith('Ground')) return made
    return !/^(?:#private|private |protected )/.test(line) && (!made || /(?:Error|Failure)$/.test(name))
  })
  const joined = [head, ...kept].join('\n')
  return joined.trimEnd().endsWith('}') ? joined : `${joined}\n}`
}

function withoutAsterisks(comment: string): string {
  return comment
    .replace(/^\/\*\*\s?/, '')
    .replace(/\s*\*\/$/, '')
    .replaceAll(/^ ?\* ?/gm, '')
    .trim()
}
