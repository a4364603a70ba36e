import type { Expect, Expectation, Outcome, Statement } from './statement.ts'

/** A server as brackets in a file name it. */
export interface ServerName {
  mta: string
  release: string
}

/** Whether a statement with these servers in brackets means this one. */
export function means(servers: readonly string[], server: ServerName): boolean {
  return exactnessOf(servers, server) > 0
}

/** What is expected of this server: the choice that names it most exactly. Undefined: nothing is said of it. */
export function expectedOf({ choices }: Expect, server: ServerName): readonly Expectation[] | undefined {
  let best: { exactness: number; anyOf: readonly Expectation[] } | undefined
  for (const { servers, anyOf } of choices) {
    const exactness = exactnessOf(servers, server)
    if (exactness > (best?.exactness ?? 0)) best = { exactness, anyOf }
  }
  return best?.anyOf
}

/** The outcomes that hold for this server: of those about the same thing in a row, the one that names it most exactly. */
export function outcomesOf(statements: readonly Statement[], server: ServerName): ReadonlySet<Outcome> {
  const chosen = new Set<Outcome>()
  for (const row of rows(statements)) {
    const best = Math.max(...row.map(({ servers }) => exactnessOf(servers, server)))
    if (best > 0) for (const outcome of row) if (exactnessOf(outcome.servers, server) === best) chosen.add(outcome)
  }
  return chosen
}

/** Neighbours about the same mailbox, queue or log, of which all but the first name servers. */
function rows(statements: readonly Statement[]): Outcome[][] {
  const rows: Outcome[][] = []
  let before: Statement | undefined
  for (const statement of statements) {
    if (isOutcome(statement)) {
      const goesOn = before && isOutcome(before) && about(before) === about(statement) && statement.servers.length > 0
      if (goesOn) rows.at(-1)?.push(statement)
      else rows.push([statement])
    }
    before = statement
  }
  return rows
}

export function isOutcome(statement: Statement): statement is Outcome {
  return ['mailbox', 'local', 'upstream', 'milter', 'queue', 'log'].includes(statement.kind)
}

function about(outcome: Outcome): string {
  return 'name' in outcome ? `${outcome.kind} ${outcome.name}` : outcome.kind
}

/** 0: does not mean it; 1: means all; more: names the release, the MTA, the MTA from the release. */
function exactnessOf(servers: readonly string[], { mta, release }: ServerName): number {
  if (servers.length === 0) return 1
  if (servers.includes(`${mta}-${release}`)) return 4
  if (servers.includes(mta)) return 3
  return servers.includes(release) ? 2 : 0
}
