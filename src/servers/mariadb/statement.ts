import { literal } from './literal.ts'

/** What a placeholder may stand for. */
export type StatementValue = string | number | bigint | boolean | null

/**
 * The text that the client is given for a statement. Values for `?` are given apart; MariaDB puts them in place itself
 * (EXECUTE IMMEDIATE … USING), so that none can be mistaken for a part of the statement.
 */
export function statementText(statement: string, values: readonly StatementValue[]): string {
  if (values.length === 0) return statement
  return `EXECUTE IMMEDIATE ${literal(statement)} USING ${values.map(literal).join(', ')};\n`
}
