import { MTA_NAMES } from '../servers/registry.ts'
import { DEFAULT_RELEASES } from '../servers/release.ts'
import { expectedOf, means, outcomesOf, type ServerName } from './choices.ts'
import { Misread } from './misread.ts'
import type { SessionFile } from './statement.ts'

/**
 * A file that judges nothing on a server it runs on would pass there whatever the server does. Where nobody asks for other
 * releases, those of the default matrix count; `lackingFor` keeps the file away from the others.
 *
 * @throws Misread
 */
export function checkAssertions({ front, statements }: Pick<SessionFile, 'front' | 'statements'>): void {
  const { mtas = MTA_NAMES, releases = DEFAULT_RELEASES } = front.needs ?? {}
  const servers = mtas.flatMap((mta) => releases.map((release) => ({ mta, release })))
  const unjudged = servers.filter((server) => !judges(statements, server))
  if (unjudged.length === 0) return
  const where =
    unjudged.length < servers.length ? ` on ${unjudged.map(({ mta, release }) => `${mta}-${release}`).join(', ')}` : ''
  const recorded = statements.some(({ kind }) => kind === 'expect') ? 'records replies and ' : ''
  throw Misread.found(
    statements[0]?.place ?? { line: 1, column: 1 },
    `a file that ${recorded}asserts nothing${where}`,
    `one line at least that can fail${where && ' there'}, such as "S: 250" or "mailbox jim: nothing"${where && '; or "needs: { mtas: … }"'}`,
  )
}

/** Whether anything in it can fail on that server. */
export function judges(statements: SessionFile['statements'], server: ServerName): boolean {
  if (outcomesOf(statements, server).size > 0) return true
  return statements.some((statement) => {
    if (statement.kind === 'sendmail') return statement.exit !== undefined && means(statement.servers, server)
    if (statement.kind !== 'expect') return false
    const anyOf = expectedOf(statement, server)
    return anyOf?.every(({ kind }) => kind !== 'any')
  })
}
