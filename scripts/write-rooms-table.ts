// Writes the table of rooms into docs/architecture.md, for `npm run docs`.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ROOMS, type Room } from './rooms.ts'

const PAGE = fileURLToPath(new URL('../docs/architecture.md', import.meta.url))
const TABLE = /(<!-- rooms: made by `npm run docs` -->\n)[\s\S]*(<!-- end of rooms -->)/

export function withRoomsTable(page: string, rooms: readonly Room[]): string {
  const rows = rooms.map(({ name, holds, knows }) => {
    const folder = name === '.' ? 'src/' : `src/${name}`
    return `| \`${folder}\` | ${holds} | ${knows.map((known) => (known === '.' ? 'src/' : known)).join(', ')} |`
  })
  const table = ['| room | what it holds | whom it may know |', '|---|---|---|', ...rows].join('\n')
  return page.replace(TABLE, `$1\n${table}\n\n$2`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(PAGE, withRoomsTable(readFileSync(PAGE, 'utf8'), ROOMS))
}
