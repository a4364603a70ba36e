/**
 * The same tables as those of src/servers/postgres/schema.ts, in the words of MariaDB. Names are in lower case. A row that
 * is inserted while the rig runs counts at once.
 *
 * - `domains`: `kind` is `mailbox` (mailboxes and aliases) or `alias` (aliases alone); `catch_all` is an address.
 * - `mailboxes`: `password` as it is typed; a quota in octets and in messages, NULL without one,
 *   and what becomes of mail beyond it: `refuse` or `defer`.
 * - `aliases`: a row for each destination.
 *
 * `address` is made of the two columns before it, and nobody writes it. MariaDB wants no primary key of such a column.
 */
export const SCHEMA = `\
CREATE TABLE domains (
  name varchar(255) PRIMARY KEY CHECK (name = lower(name)),
  kind varchar(7) NOT NULL DEFAULT 'mailbox' CHECK (kind IN ('mailbox', 'alias')),
  catch_all varchar(320)
);
CREATE TABLE mailboxes (
  local_part varchar(64) NOT NULL CHECK (local_part = lower(local_part)),
  domain varchar(255) NOT NULL,
  address varchar(320) AS (concat(local_part, '@', domain)) STORED,
  password varchar(255) NOT NULL CHECK (password <> ''),
  quota_storage bigint CHECK (quota_storage > 0),
  quota_messages integer CHECK (quota_messages > 0),
  quota_full varchar(6) NOT NULL DEFAULT 'refuse' CHECK (quota_full IN ('refuse', 'defer')),
  PRIMARY KEY (local_part, domain),
  UNIQUE KEY (address),
  FOREIGN KEY (domain) REFERENCES domains (name) ON DELETE CASCADE
);
CREATE TABLE aliases (
  local_part varchar(64) NOT NULL CHECK (local_part = lower(local_part)),
  domain varchar(255) NOT NULL,
  address varchar(320) AS (concat(local_part, '@', domain)) STORED,
  destination varchar(320) NOT NULL,
  PRIMARY KEY (local_part, domain, destination),
  KEY (address),
  FOREIGN KEY (domain) REFERENCES domains (name) ON DELETE CASCADE
);
`
