/**
 * The tables that hold a topology's accounts, and that its servers ask. Names are in lower case, as every server folds
 * them before it looks them up. A row that is inserted while the rig runs counts at once.
 *
 * - `domains`: `kind` is `mailbox` (mailboxes and aliases) or `alias` (aliases alone); `catch_all` is an address.
 * - `mailboxes`: `password` as it is typed; a quota in octets and in messages, NULL without one,
 *   and what becomes of mail beyond it: `refuse` or `defer`.
 * - `aliases`: a row for each destination.
 *
 * `address` is made of the two columns before it, and nobody writes it.
 */
export const SCHEMA = `\
CREATE TABLE domains (
  name text PRIMARY KEY CHECK (name = lower(name)),
  kind text NOT NULL DEFAULT 'mailbox' CHECK (kind IN ('mailbox', 'alias')),
  catch_all text
);
CREATE TABLE mailboxes (
  local_part text CHECK (local_part = lower(local_part)),
  domain text REFERENCES domains ON DELETE CASCADE,
  address text GENERATED ALWAYS AS (local_part || '@' || domain) STORED PRIMARY KEY,
  password text NOT NULL CHECK (password <> ''),
  quota_storage bigint CHECK (quota_storage > 0),
  quota_messages integer CHECK (quota_messages > 0),
  quota_full text NOT NULL DEFAULT 'refuse' CHECK (quota_full IN ('refuse', 'defer'))
);
CREATE TABLE aliases (
  local_part text CHECK (local_part = lower(local_part)),
  domain text REFERENCES domains ON DELETE CASCADE,
  address text GENERATED ALWAYS AS (local_part || '@' || domain) STORED,
  destination text NOT NULL,
  PRIMARY KEY (address, destination)
);
`
