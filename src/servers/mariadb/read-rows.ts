/** A row of a result: each column as text, or null. */
export type MariaDbRow = Record<string, string | null>

/** Reads what mariadb(1) writes with `--xml`: the rows of the last statement that has any. */
export function readRows(xml: string): MariaDbRow[] {
  const last = xml.lastIndexOf('<resultset ')
  if (last < 0) return []
  return [...xml.slice(last).matchAll(/<row>([\s\S]*?)<\/row>/g)].map(([, row = '']) =>
    Object.fromEntries([...row.matchAll(FIELD)].map(([, name = '', value]) => [unescaped(name), text(value)])),
  )
}

const FIELD = /<field name="([^"]*)"(?: xsi:nil="true" \/>|>([\s\S]*?)<\/field>)/g

function text(value: string | undefined): string | null {
  return value === undefined ? null : unescaped(value)
}

const ENTITIES: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&amp;': '&' }

function unescaped(value: string): string {
  return value.replaceAll(/&(?:lt|gt|quot|amp);/g, (entity) => ENTITIES[entity] ?? entity)
}
