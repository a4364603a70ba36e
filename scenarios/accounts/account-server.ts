import type { Feature, Rig, TopologyInput } from 'mailrig'

/** Where accounts may be, other than in files. */
export const ACCOUNT_SERVERS = ['postgresql', 'mariadb', 'ldap'] as const satisfies TopologyInput['accounts'][]
export type AccountServerKind = (typeof ACCOUNT_SERVERS)[number]

/** What an MTA has to have to ask such a server itself. */
export const ASKS: Record<AccountServerKind, Feature> = {
  postgresql: 'sql-tables',
  mariadb: 'sql-tables',
  ldap: 'ldap-tables',
}

/** What tests do to accounts, whatever software has them. */
export interface AccountWork {
  addDomain(name: string): Promise<void>
  removeDomain(name: string): Promise<void>
  addMailbox(address: string, password: string): Promise<void>
  addAlias(address: string, destination: string): Promise<void>
  setPassword(address: string, password: string): Promise<void>
  /** How many messages the mailbox may hold. */
  setQuota(address: string, messages: number): Promise<void>
  /** Gives the servers' own login another password, and ends the sessions that they have. */
  lockOut(): Promise<void>
  /** Gives it the right one again. */
  letIn(): Promise<void>
}

export function accountWork(rig: Rig): AccountWork {
  return rig.topology.accounts === 'ldap' ? directoryWork(rig.directory) : tableWork(rig)
}

function tableWork({ topology, database }: Rig): AccountWork {
  const parts = (address: string) => address.replace('@', "', '")
  const login = topology.accounts === 'mariadb' ? MARIADB_LOGIN : POSTGRES_LOGIN
  return {
    addDomain: (name) => run(`INSERT INTO domains (name) VALUES ('${name}')`),
    removeDomain: (name) => run(`DELETE FROM domains WHERE name = '${name}'`),
    addMailbox: (address, password) =>
      run(`INSERT INTO mailboxes (local_part, domain, password) VALUES ('${parts(address)}', '${password}')`),
    addAlias: (address, destination) =>
      run(`INSERT INTO aliases (local_part, domain, destination) VALUES ('${parts(address)}', '${destination}')`),
    setPassword: (address, password) =>
      run(`UPDATE mailboxes SET password = '${password}' WHERE address = '${address}'`),
    setQuota: (address, messages) =>
      run(`UPDATE mailboxes SET quota_messages = ${messages} WHERE address = '${address}'`),
    async lockOut() {
      await run(login.password('another'))
      await run(login.endSessions)
    },
    letIn: () => run(login.password('mail')),
  }

  async function run(statement: string): Promise<void> {
    await database.query(statement)
  }
}

const POSTGRES_LOGIN = {
  password: (password: string) => `ALTER ROLE mail PASSWORD '${password}'`,
  endSessions:
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = current_user AND pid <> pg_backend_pid()',
}

const MARIADB_LOGIN = {
  password: (password: string) => `ALTER USER mail@'%' IDENTIFIED BY '${password}'`,
  endSessions: "KILL USER mail@'%'",
}

function directoryWork(directory: Rig['directory']): AccountWork {
  const mailbox = (address: string) => `mail=${address},ou=mailboxes`
  const domain = (name: string) => `associatedDomain=${name},ou=domains`
  const login = (password: string) => directory.modify('cn=mail', { userPassword: password })
  return {
    addDomain: (name) => directory.add(domain(name), { objectClass: 'mailDomain', associatedDomain: name }),
    removeDomain: (name) => directory.delete(domain(name)),
    addMailbox: (address, userPassword) =>
      directory.add(mailbox(address), { objectClass: 'mailbox', mail: address, userPassword }),
    addAlias: (address, mailDestination) =>
      directory.add(`mail=${address},ou=aliases`, { objectClass: 'mailAlias', mail: address, mailDestination }),
    setPassword: (address, userPassword) => directory.modify(mailbox(address), { userPassword }),
    setQuota: (address, messages) => directory.modify(mailbox(address), { quotaMessages: String(messages) }),
    async lockOut() {
      await login('another')
      await directory.stop()
      await directory.start()
    },
    letIn: () => login('mail'),
  }
}
