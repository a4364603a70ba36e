/** How the servers get at the tables of `accounts: 'postgresql'`; src/servers/postgres/schema.ts has the tables. */
export const ACCOUNT_DATABASE = { port: 5432, name: 'mail', user: 'mail', password: 'mail' } as const
