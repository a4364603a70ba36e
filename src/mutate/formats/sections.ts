import { type Change, exchanged } from '../change.ts'
import { type ChangedValue, flipped, openedNetworks, otherNumbers, withoutOne } from '../values.ts'

/** A logical line: a backslash at the end of a line goes on in the next. */
interface Line {
  text: string
  line: number
  count: number
}

/** Lines that belong together: a main option, an ACL statement with its conditions, a driver with its options. */
interface Group extends Line {
  parts: Line[]
}

const VERB = /^(accept|defer|deny|discard|drop|require|warn)\b\s*/
/** What of an ACL statement says nothing about whether it applies. */
const TOLD_ONLY = /^(?:log_message|log_reject_target|logwrite)\b/

/** A configuration in many files has those of a section in a folder. */
const FOLDERS: Readonly<Record<string, string>> = {
  acl: 'acl',
  router: 'routers',
  transport: 'transports',
  auth: 'authenticators',
  retry: 'retry',
  rewrite: 'rewrite',
}

/** The Exim specification: chapters 6 (the file), 14 (main options), 15 (routers), 43 (ACLs). */
export function sectionChanges(text: string, path = ''): Change[] {
  const lines = text.split('\n')
  const folder = /\/conf\.d\/(\w+)\//.exec(path)?.[1] ?? ''
  return sectionsOf(lines, FOLDERS[folder] ?? '').flatMap(({ name, body }) => {
    switch (name) {
      case '':
        return body.flatMap(mainChanges)
      case 'acl':
        return aclChanges(body, lines)
      case 'routers':
        return driverChanges(body, lines, { noun: 'router', ordered: true })
      case 'transports':
        return driverChanges(body, lines, { noun: 'transport', ordered: false })
      case 'authenticators':
        return driverChanges(body, lines, { noun: 'authenticator', ordered: false })
      case 'retry':
      case 'rewrite':
        return body.map(({ line, count, text: rule }) => ({
          line,
          count,
          lines: [],
          block: name,
          operator: 'drop-rule',
          what: `the ${name} rule “${rule}” is dropped`,
        }))
      default:
        return []
    }
  })
}

function mainChanges({ text, line, count }: Line): Change[] {
  const place = { line, count, block: '' }
  const list = /^((?:domain|host|address|localpart)list\s+\S+|[a-z]\w*)\s*=\s*(.*)$/.exec(text)
  const [, name, value] = list ?? []
  if (name === undefined || value === undefined) {
    if (!/^[a-z]\w*$/.test(text)) return []
    const other = text.startsWith('no_') ? text.slice(3) : `no_${text}`
    return [
      { ...place, lines: [], operator: 'drop-parameter', what: `${text} is dropped: back to its default` },
      { ...place, lines: [other], operator: 'flip', what: `${other}, not ${text}` },
    ]
  }
  const isList = /list\s/.test(name)
  return [
    ...(isList
      ? []
      : [{ ...place, lines: [], operator: 'drop-parameter', what: `${name} is dropped: back to its default` }]),
    ...valueChanges(name, value).map(({ value: other, operator, what }) => ({
      ...place,
      lines: [`${name} = ${other}`.trimEnd()],
      operator,
      what: `${name} ${what}`,
    })),
  ]
}

const LISTS = /list\s|(?:hosts|domains|ports|nets|networks|names|users|groups|options)$/

function valueChanges(name: string, value: string): ChangedValue[] {
  const elements = LISTS.test(name) && !value.includes('${') ? elementsOf(value) : []
  return [
    ...flipped(value),
    ...otherNumbers(value),
    ...(elements.length > 0 ? [{ value: '', operator: 'empty', what: 'is empty' }] : []),
    ...withoutOne(elements, ' : '),
    ...openedNetworks(value),
  ]
}

/** A colon parts the elements of a list, and two of them are one (chapter 6.21). Lists with a separator of their own stay. */
function elementsOf(value: string): string[] {
  if (value.startsWith('<')) return []
  return value
    .split(/(?<!:):(?!:)/)
    .map((one) => one.trim())
    .filter(Boolean)
}

function aclChanges(body: readonly Line[], lines: readonly string[]): Change[] {
  let acl = ''
  const changes: Change[] = []
  const statements: Group[] = []
  const closeAcl = () => {
    for (const statement of statements.splice(0)) changes.push(...statementChanges(statement, acl, lines))
  }
  for (const one of body) {
    const [, label, rest = ''] = /^(\w+):\s*(.*)$/.exec(one.text) ?? []
    if (label !== undefined) {
      closeAcl()
      acl = label
      if (rest === '') continue
    }
    const last = statements.at(-1)
    if (VERB.test(one.text)) statements.push({ ...one, parts: [one] })
    else if (last) {
      last.parts.push(one)
      last.count = one.line + one.count - last.line
    }
  }
  closeAcl()
  return changes
}

function statementChanges({ text, line, count, parts }: Group, acl: string, lines: readonly string[]): Change[] {
  const verb = VERB.exec(text)?.[1] ?? ''
  const conditions = parts.flatMap((part, index) => {
    const said = index === 0 ? part.text.replace(VERB, '') : part.text
    return said === '' ? [] : [{ ...part, said, first: index === 0 }]
  })
  const shown = [verb, conditions[0]?.said ?? ''].join(' ').trim()
  const other = { accept: 'deny', deny: 'accept', defer: 'accept', drop: 'accept', require: 'warn' }[verb]
  const block = acl
  return [
    { line, count, lines: [], block, operator: 'drop-statement', what: `${acl}: “${shown}” is dropped` },
    ...(other === undefined
      ? []
      : [
          {
            line,
            count: 1,
            lines: [(lines[line - 1] ?? '').replace(verb, other)],
            block,
            operator: 'opposite',
            what: `${acl}: ${other} instead of ${shown}`,
          },
        ]),
    ...conditions
      .filter(({ said }) => !TOLD_ONLY.test(said))
      .map(
        (part): Change => ({
          line: part.line,
          count: part.count,
          lines: part.first ? [(/^\s*/.exec(lines[part.line - 1] ?? '')?.[0] ?? '') + verb] : [],
          block,
          operator: 'drop-condition',
          what: `${acl}: “${verb}” without “${part.said}”`,
        }),
      ),
  ]
}

function driverChanges(
  body: readonly Line[],
  lines: readonly string[],
  { noun, ordered }: { noun: string; ordered: boolean },
): Change[] {
  const drivers: Group[] = []
  for (const one of body) {
    const last = drivers.at(-1)
    if (/^\w+:$/.test(one.text)) drivers.push({ ...one, text: one.text.slice(0, -1), parts: [] })
    else if (last) {
      last.parts.push(one)
      last.count = one.line + one.count - last.line
    }
  }
  return drivers.flatMap((driver, index): Change[] => {
    const { text: name, line, count, parts } = driver
    const next = drivers[index + 1]
    const block = name
    return [
      { line, count, lines: [], block, operator: 'drop-driver', what: `the ${noun} ${name} is dropped` },
      ...(ordered && next
        ? [
            {
              ...exchanged(lines, { line, count }, next),
              block,
              operator: 'swap',
              what: `the ${noun} ${next.text} comes before ${name}`,
            },
          ]
        : []),
      ...parts
        .filter(({ text }) => !/^driver\s*=/.test(text))
        .map((part) => ({
          line: part.line,
          count: part.count,
          lines: [],
          block,
          operator: 'drop-option',
          what: `the ${noun} ${name} has no “${part.text}”`,
        })),
    ]
  })
}

function sectionsOf(lines: readonly string[], first: string): { name: string; body: Line[] }[] {
  const sections: { name: string; body: Line[] }[] = [{ name: first, body: [] }]
  for (let index = 0; index < lines.length; index += 1) {
    const from = index
    let text = (lines[index] ?? '').trim()
    if (text === '' || text.startsWith('#')) continue
    while (text.endsWith('\\') && index + 1 < lines.length) {
      index += 1
      const next = (lines[index] ?? '').trim()
      if (!next.startsWith('#')) text = `${text.slice(0, -1).trimEnd()} ${next}`
    }
    const [, name] = /^begin\s+(\w+)$/.exec(text) ?? []
    if (name !== undefined) sections.push({ name, body: [] })
    // Macros and conditions of the file are no options; what stands in them is.
    else if (!text.startsWith('.')) sections.at(-1)?.body.push({ text, line: from + 1, count: index - from + 1 })
  }
  return sections
}
