import { printSessionFile } from '../session-file/print.ts'
import type { FrontMatter, Protocol, Statement } from '../session-file/statement.ts'
import type { Account } from './auth-exchange.ts'
import { SessionRecord } from './session-record.ts'

/** Everything said through a recording proxy, to be written as one session file. */
export class Recording {
  readonly #protocol: Protocol
  readonly #accounts: readonly Account[]
  readonly #statements: Statement[] = []
  #connections = 0

  constructor(protocol: 'smtp' | 'submission', accounts: readonly Account[]) {
    this.#protocol = protocol
    this.#accounts = accounts
  }

  /** How many connections there were. */
  get connections(): number {
    return this.#connections
  }

  /** Begins the record of a connection. */
  connection(): SessionRecord {
    this.#connections += 1
    const connection = `c${this.#connections}`
    const place = { line: 0, column: 0 }
    this.#statements.push({ kind: 'connect', place, connection, protocol: this.#protocol })
    return new SessionRecord({
      connection,
      accounts: this.#accounts,
      add: (statement) => this.#statements.push(statement),
    })
  }

  /** The session file. A single connection needs no name, and SMTP no `connect`. */
  print(front: FrontMatter): string {
    if (this.#connections > 1) return printSessionFile({ front, statements: this.#statements })
    const statements = this.#statements
      .filter(({ kind }) => kind !== 'connect' || this.#protocol !== 'smtp')
      .map((statement) => ('connection' in statement ? { ...statement, connection: '' } : statement))
    return printSessionFile({ front, statements })
  }
}
