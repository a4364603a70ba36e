/**
 * How the servers get at the accounts where those are not in files: the name of the database, and who logs in to it.
 * src/servers/postgres/schema.ts and src/servers/mariadb/schema.ts have its tables.
 */
export const ACCOUNT_DATABASE = { name: 'mail', user: 'mail', password: 'mail' } as const
