import { adoptionOf } from './adoption-of.ts'
import { settingsOf } from './dovecot-text.ts'
import { filtersOf } from './filters/filters.ts'
import { smtpdStatements } from './opensmtpd-text.ts'
import { tablesIn } from './postfix-text.ts'
import { formatPlace, type Place } from './source-tree.ts'
import { sqlQueries } from './sql-queries.ts'
import { mainSetting, postfixValues, type Survey } from './survey.ts'

export interface DerivedPackage {
  name: string
  /** The line that asks for it. */
  from: string
}

/** Map type → package of Debian, where the server's own package has it not. */
const TABLE_PACKAGES: Record<string, string> = {
  cdb: 'postfix-cdb',
  ldap: 'postfix-ldap',
  lmdb: 'postfix-lmdb',
  mongodb: 'postfix-mongodb',
  mysql: 'postfix-mysql',
  pcre: 'postfix-pcre',
  pgsql: 'postfix-pgsql',
  sqlite: 'postfix-sqlite',
}

const DOVECOT_DRIVERS: Record<string, string> = {
  mysql: 'dovecot-mysql',
  pgsql: 'dovecot-pgsql',
  sqlite: 'dovecot-sqlite',
  ldap: 'dovecot-ldap',
}

const DOVECOT_PROTOCOLS: Record<string, string> = {
  imap: 'dovecot-imapd',
  pop3: 'dovecot-pop3d',
  lmtp: 'dovecot-lmtpd',
  sieve: 'dovecot-managesieved',
  managesieve: 'dovecot-managesieved',
  submission: 'dovecot-submissiond',
}

/** Folder or file in /etc → the daemon it configures. */
const FILTERS: Record<string, string> = {
  '/etc/default/postgrey': 'postgrey',
  '/etc/postsrsd.conf': 'postsrsd',
}

/** A word of a command line → package. */
const PROGRAMS: Record<string, string> = {
  procmail: 'procmail',
  maildrop: 'maildrop',
  spamc: 'spamc',
  'policyd-spf': 'postfix-policyd-spf-python',
}

/** The packages of Debian that a configuration needs, sorted by name, each with the line that asks for it. */
export function derivePackages(survey: Survey): DerivedPackage[] {
  const found = new Map<string, string>()
  const need = (name: string | undefined, at: Place | string) => {
    if (name !== undefined && !found.has(name)) found.set(name, typeof at === 'string' ? at : formatPlace(at))
  }
  const { mta, dovecot } = survey
  if (mta) for (const name of adoptionOf(survey)?.packages ?? []) need(name, mta.at)
  if (mta?.name === 'postfix') needPostfix(survey, need)
  if (mta?.name === 'opensmtpd') needOpenSmtpd(survey, need)
  if (dovecot) needDovecot(survey, need)
  for (const [path, name] of Object.entries(FILTERS)) if (survey.tree.files.has(path)) need(name, { file: path })
  for (const { name, configuration, packages } of filtersOf(survey.tree)) {
    need(name, { file: configuration })
    for (const more of packages(survey.tree)) need(more.name, more.from)
  }
  // The database itself, on this host.
  for (const { driver, from } of sqlQueries(survey)) if (driver === 'mysql') need('mariadb-server', from)
  return [...found].map(([name, from]) => ({ name, from })).sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Filters of Debian that OpenSMTPD starts by itself: the word of the program → package. */
const SMTPD_FILTERS: Record<string, string> = {
  rspamd: 'opensmtpd-filter-rspamd',
  senderscore: 'opensmtpd-filter-senderscore',
  dkimsign: 'opensmtpd-filter-dkimsign',
}

function needOpenSmtpd(survey: Survey, need: Need): void {
  for (const { words, at } of smtpdStatements(survey.tree)) {
    const backend =
      words[0] === 'table' ? /^(mysql|postgres|ldap|sqlite|passwd|redis|socketmap):/.exec(words[2] ?? '') : null
    if (backend) need('opensmtpd-extras', at)
    const filter =
      words[0] === 'filter' ? words.find((word) => /filter-(?:rspamd|senderscore|dkimsign)/.test(word)) : undefined
    if (filter !== undefined) need(SMTPD_FILTERS[/filter-(\w+)/.exec(filter)?.[1] ?? ''], at)
  }
}

type Need = (name: string | undefined, at: Place | string) => void

function needPostfix(survey: Survey, need: Need): void {
  const { master } = survey
  for (const { name, value, at } of postfixValues(survey)) {
    for (const { type } of tablesIn(value)) need(TABLE_PACKAGES[type], at)
    if (/^smtpd?_sasl_auth_enable$/.test(name) && value === 'yes') need('libsasl2-modules', at)
    if (name === 'mailbox_command' || name === 'mailbox_command_maps') needPrograms(value, at, need)
  }
  if (mainSetting(survey, 'smtpd_sasl_type')?.value === 'cyrus') {
    need('sasl2-bin', mainSetting(survey, 'smtpd_sasl_type')?.at ?? '')
  }
  for (const { command, arguments: rest, at } of master) {
    if (command === 'pipe' || command === 'spawn') needPrograms(rest.join(' '), at, need)
  }
}

function needPrograms(commandLine: string, at: Place, need: Need): void {
  for (const [word, name] of Object.entries(PROGRAMS)) {
    if (new RegExp(`(?:^|[/=\\s])${word}\\b`).test(commandLine)) need(name, at)
  }
}

function needDovecot({ tree, dovecot, dovecotSettings }: Survey, need: Need): void {
  if (!dovecot) return
  need('dovecot-core', dovecot.at)
  const protocols = settingsOf(dovecotSettings, 'protocols').at(-1)
  const named = protocols?.value.replace(/\$\w+/g, '').split(/\s+/).filter(Boolean) ?? []
  for (const name of named) need(DOVECOT_PROTOCOLS[name], protocols?.at ?? dovecot.at)
  // Each package of Debian brings a file of its own, which is how a copy of /etc tells which are there.
  for (const [protocol, name] of Object.entries(DOVECOT_PROTOCOLS)) {
    const file = `/etc/dovecot/conf.d/20-${protocol}.conf`
    if (tree.files.has(file) && (named.length === 0 || named.includes(protocol))) need(name, { file })
  }
  if (named.length === 0 && !tree.files.has('/etc/dovecot/conf.d/20-imap.conf')) {
    for (const name of ['imap', 'pop3', 'lmtp']) need(DOVECOT_PROTOCOLS[name], dovecot.at)
  }
  for (const { key, value, at, sections } of dovecotSettings) {
    const inside = sections.at(-1) ?? ''
    if (key === 'driver' || key === 'passdb_driver' || key === 'userdb_driver' || key === 'sql_driver') {
      need(DOVECOT_DRIVERS[value], at)
      if (value === 'sql') need(driverOfSql(tree, dovecotSettings), at)
    }
    if (key === 'mail_plugins' && /\bsieve\b/.test(value)) need('dovecot-sieve', at)
    if (key === undefined && /^(?:mail_plugins)$/.test(inside)) continue
    if (/^(?:sieve|sieve_script)\b/.test(key ?? inside)) need('dovecot-sieve', at)
    const [, protocol] = /^protocol (\w+)$/.exec(inside) ?? []
    if (key === undefined && named.length === 0 && protocol === 'sieve') need('dovecot-managesieved', at)
  }
}

/** 2.3 names it in the file that `args` leads to. */
function driverOfSql(tree: Survey['tree'], settings: Survey['dovecotSettings']): string | undefined {
  for (const { value } of settingsOf(settings, 'args')) {
    const driver = /^\s*driver\s*=\s*(\w+)/m.exec(tree.files.get(value)?.content.toString() ?? '')?.[1]
    if (driver !== undefined && DOVECOT_DRIVERS[driver]) return DOVECOT_DRIVERS[driver]
  }
  return undefined
}
