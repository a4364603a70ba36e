/**
 * uid and gid of the first Unix account of a topology; the others follow in its order. Above what Debian gives to system
 * users and to the first people added by hand. The MTA's host and the mail store must agree: they may share a spool.
 */
export const FIRST_ACCOUNT_ID = 2000
