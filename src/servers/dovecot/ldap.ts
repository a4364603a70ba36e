import { ACCOUNT_DIRECTORY } from '../account-directory.ts'

/** Finds everybody, for commands about all users. */
export const ALL_MAILBOXES = '(objectClass=mailbox)'

/** Finds the mailbox of `name`, which Dovecot escapes. */
export function mailboxFilter(name: string): string {
  return `(mail=${name})`
}

/** Where Dovecot searches, and who it is then. */
export const SEARCH = {
  base: ACCOUNT_DIRECTORY.mailboxes,
  dn: ACCOUNT_DIRECTORY.login,
  password: ACCOUNT_DIRECTORY.password,
} as const
