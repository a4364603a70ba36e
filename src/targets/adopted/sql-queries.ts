import { settingsOf } from './dovecot-text.ts'
import { tablesIn } from './postfix-text.ts'
import { formatPlace, textOf } from './source-tree.ts'
import type { Survey } from './survey.ts'
import { postfixValues } from './survey.ts'

/** A question that a server asks a database, and how it gets there. */
export interface SqlQuery {
  driver: 'mysql' | 'pgsql'
  host: string
  database: string
  user: string
  password: string
  /** As written, with `%s`, `%u`, `%d` or `%{user}`. */
  query: string
  /** What the answer is for: `virtual_mailbox_maps`, `password_query` … */
  purpose: string
  from: string
}

/** Every query that Postfix and Dovecot make, with the account of the database that they use. */
export function sqlQueries(survey: Survey): SqlQuery[] {
  return [...postfixQueries(survey), ...dovecotQueries(survey)]
}

/** Whether the accounts of Dovecot are in such a database. */
export function accountsAreInSql(survey: Survey): boolean {
  return sqlQueries(survey).some(({ driver, purpose }) => driver === 'mysql' && purpose === 'password_query')
}

function postfixQueries(survey: Survey): SqlQuery[] {
  return postfixValues(survey).flatMap(({ name, value }) =>
    tablesIn(value).flatMap(({ type, name: path }): SqlQuery[] => {
      const text = type === 'mysql' || type === 'pgsql' ? textOf(survey.tree, path) : undefined
      if (text === undefined || (type !== 'mysql' && type !== 'pgsql')) return []
      const get = (key: string) => new RegExp(`^\\s*${key}\\s*=\\s*(.*)$`, 'm').exec(text)?.[1]?.trim() ?? ''
      // Before Postfix 2.2, in parts.
      const parts = `SELECT ${get('select_field')} FROM ${get('table')} WHERE ${get('where_field')} = '%s' ${get('additional_conditions')}`
      return [
        {
          driver: type,
          host:
            get('hosts')
              .split(/[\s,]+/, 1)
              .join('') || 'localhost',
          database: get('dbname'),
          user: get('user'),
          password: get('password'),
          query: get('query') || parts,
          purpose: name,
          from: path,
        },
      ]
    }),
  )
}

/** 2.3: in a file that `args` leads to. 2.4: in the configuration itself. */
function dovecotQueries({ tree, dovecotSettings }: Survey): SqlQuery[] {
  const found: SqlQuery[] = []
  for (const { value } of settingsOf(dovecotSettings, 'args')) {
    const path = value.split(/\s+/).at(-1) ?? ''
    const text = (textOf(tree, path) ?? '').replace(/\\\n\s*/g, ' ')
    const get = (key: string) => new RegExp(`^\\s*${key}\\s*=\\s*(.*)$`, 'm').exec(text)?.[1]?.trim() ?? ''
    const driver = get('driver')
    if (driver !== 'mysql' && driver !== 'pgsql') continue
    const part = (key: string) =>
      unquoted(new RegExp(`\\b${key}=("[^"]*"|'[^']*'|\\S+)`).exec(get('connect'))?.[1] ?? '')
    for (const purpose of ['password_query', 'user_query', 'iterate_query']) {
      const query = get(purpose)
      if (query === '') continue
      found.push({
        driver,
        host: part('host') || 'localhost',
        database: part('dbname'),
        user: part('user'),
        password: part('password'),
        query,
        purpose,
        from: path,
      })
    }
  }
  const inline = (key: string) => settingsOf(dovecotSettings, key).at(-1)?.value ?? ''
  const driver = inline('sql_driver')
  if (driver === 'mysql' || driver === 'pgsql') {
    const section = dovecotSettings.find(
      ({ sections, key }) => key === undefined && sections.at(-1)?.startsWith(`${driver} `),
    )
    const own = (key: string) =>
      dovecotSettings.findLast((one) => one.key === key && one.sections.at(-1)?.startsWith(`${driver} `))?.value ?? ''
    for (const setting of dovecotSettings) {
      if (!/^(?:passdb_sql_query|userdb_sql_query|query)$/.test(setting.key ?? '')) continue
      found.push({
        driver,
        host: section?.sections.at(-1)?.slice(driver.length + 1) ?? 'localhost',
        database: own('dbname'),
        user: own('user'),
        password: own('password'),
        query: setting.value,
        purpose:
          /^passdb/.test(setting.key ?? '') || setting.sections.some((one) => one.startsWith('passdb'))
            ? 'password_query'
            : 'user_query',
        from: formatPlace(setting.at),
      })
    }
  }
  return found
}

function unquoted(value: string): string {
  return value.replace(/^(["'])(.*)\1$/, '$2')
}

const WORDS = new Set(
  `select from where and or not as is null in like on join left right inner outer using limit order by group having union all distinct concat concat_ws lower upper if ifnull coalesce case when then else end cast replace substring_index trim now count max min true false unsigned char between exists`.split(
    ' ',
  ),
)

/** A table that a query reads, as far as it tells: no joins, which is what most have. */
export interface SqlTable {
  name: string
  columns: Set<string>
  /** Column → what it is compared with: a text with `%s` and its like, or a constant. */
  compared: Map<string, string>
  /** Column → the name that the server knows its answer by. */
  selected: Map<string, string>
}

/** Undefined where the query is more than one table can answer. */
export function tableOf({ query }: SqlQuery): SqlTable | undefined {
  const [, select = '', name, where = ''] =
    /^\s*select\s+(.*?)\s+from\s+[`"]?(\w+)[`"]?\s*(?:(?:as\s+)?(?!where\b)\w+\s*)?(?:where\s+(.*?))?(?:\s+limit\s+\d+)?\s*;?\s*$/is.exec(
      query,
    ) ?? []
  if (name === undefined || /\b(?:join|union)\b|\bselect\b/i.test(`${select} ${where}`)) return undefined
  const columns = new Set<string>()
  const compared = new Map<string, string>()
  const selected = new Map<string, string>()
  const identifiers = (text: string) =>
    (text.replace(/'[^']*'|%\{[^}]*\}|%\w/g, ' ').match(/[A-Za-z_]\w*(?!\w*\s*\()/g) ?? []).filter(
      (word) => !WORDS.has(word.toLowerCase()) && word !== name,
    )
  for (const part of splitTop(select)) {
    const [, expression = part, alias] = /^(.*?)\s+as\s+[`"]?(\w+)[`"]?\s*$/is.exec(part) ?? []
    for (const word of identifiers(expression)) {
      columns.add(word)
      selected.set(word, alias ?? word)
    }
  }
  for (const [, column = '', value = ''] of where.matchAll(/(?:\w+\.)?[`"]?(\w+)[`"]?\s*=\s*('[^']*'|\w+)/g)) {
    compared.set(column, value.replace(/^'|'$/g, ''))
  }
  for (const word of [...identifiers(where), ...compared.keys()]) columns.add(word)
  return { name, columns, compared, selected }
}

function splitTop(text: string): string[] {
  const parts = ['']
  let depth = 0
  for (const char of text) {
    if (char === '(') depth += 1
    if (char === ')') depth -= 1
    if (char === ',' && depth === 0) parts.push('')
    else parts[parts.length - 1] += char
  }
  return parts.map((part) => part.trim())
}
