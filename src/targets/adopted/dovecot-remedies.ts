import type { DovecotSetting } from './dovecot-text.ts'

/** Setting of 2.3 → its name in 2.4, where the value stays (Dovecot 2.4: "Upgrading from 2.3"). */
const RENAMED: Record<string, string> = {
  ssl_cert: 'ssl_server_cert_file',
  ssl_key: 'ssl_server_key_file',
  ssl_alt_cert: 'ssl_server_alt_cert_file',
  ssl_alt_key: 'ssl_server_alt_key_file',
  ssl_ca: 'ssl_server_ca_file',
  ssl_dh: 'ssl_server_dh_file',
  ssl_key_password: 'ssl_server_key_password',
  ssl_cert_username_field: 'ssl_server_cert_username_field',
  ssl_require_crl: 'ssl_server_require_crl',
  ssl_verify_client_cert: 'ssl_server_request_client_cert',
  pop3_client_workarounds: 'pop3_client_workarounds',
  lda_mailbox_autosubscribe: 'lda_mailbox_autosubscribe',
}

/** Setting of 2.3 → what stands in its place. */
const REPLACED: Record<string, (value: string) => string> = {
  mail_location: mailLocation,
  location: mailLocation,
  disable_plaintext_auth: (value) => `auth_allow_cleartext = ${value === 'no' ? 'yes' : 'no'}`,
  mail_plugins: (value) =>
    `mail_plugins { ${wordsOf(value)
      .map((word) => `${word} = yes`)
      .join('; ')} }, one a line`,
  protocols: (value) =>
    `protocols { ${wordsOf(value)
      .map((word) => `${word} = yes`)
      .join('; ')} }, one a line`,
  mail_debug: () => 'log_debug = category=mail',
  auth_debug: () => 'log_debug = category=auth',
  verbose_ssl: () => 'log_debug = category=ssl',
  ssl_prefer_server_ciphers: (value) => `ssl_server_prefer_ciphers = ${value === 'yes' ? 'server' : 'client'}`,
  args: argsByName,
  default_fields: () => 'fields { … } in the section',
  override_fields: () => 'fields { … } in the section',
}

/** What to write in place of a setting of 2.3; undefined where the release notes name nothing. */
export function dovecotRemedy({ key, value, sections }: DovecotSetting): string | undefined {
  if (key === undefined) return sectionRemedy(sections.at(-1) ?? '')
  const name = RENAMED[key]
  if (name !== undefined && name !== key) return `${name} = ${value.replace(/^<\s*/, '')}`
  return REPLACED[key]?.(value)
}

function sectionRemedy(section: string): string | undefined {
  switch (section) {
    case 'plugin':
      return 'the settings in it one level up, by their new names: sieve_script NAME { path = … }, quota NAME { … }'
    case 'passdb':
    case 'userdb':
      return `${section} NAME { driver = … }: a name is needed, e.g. ${section} passwd-file { … }`
    case 'dict':
      return 'dict_server { dict NAME { … } }'
    default:
      return undefined
  }
}

/** `scheme=CRYPT username_format=%u /etc/dovecot/users` in the words of 2.4. */
function argsByName(value: string): string {
  const fields: string[] = []
  const lines: string[] = []
  for (const word of value.split(/\s+/)) {
    const [, name = '', right = ''] = /^([\w]+)=(.*)$/.exec(word) ?? []
    if (name === 'scheme') lines.push(`default_password_scheme = ${right}`)
    else if (name === 'username_format') lines.push(`auth_username_format = ${newVariables(right)}`)
    else if (name !== '') fields.push(`${name} = ${newVariables(right)}`)
    else if (/\.ext$|sql|ldap/.test(word)) lines.push(`the settings of ${word} themselves, by their new names`)
    else if (word.startsWith('/')) lines.push(`passwd_file_path = ${newVariables(word)}`)
    else if (word !== '') lines.push(`service_name = ${word}`)
  }
  return [...lines, ...(fields.length > 0 ? [`fields { ${fields.join('; ')} }, one a line`] : [])].join(', ')
}

/** `maildir:~/Maildir:INDEX=/var/index` in the words of 2.4. */
function mailLocation(value: string): string {
  const [driver = '', path = '', ...options] = value.split(':')
  const lines = [`mail_driver = ${driver}`, ...(path === '' ? [] : [`mail_path = ${newVariables(path)}`])]
  for (const option of options) {
    const [, name = '', place = ''] = /^(\w+)=(.*)$/.exec(option) ?? []
    const setting = LOCATION_OPTIONS[name]
    if (setting !== undefined) lines.push(`${setting} = ${newVariables(place)}`)
  }
  return lines.join(', ')
}

const LOCATION_OPTIONS: Record<string, string> = {
  INDEX: 'mail_index_path',
  INBOX: 'mail_inbox_path',
  CONTROL: 'mail_control_path',
  LAYOUT: 'mailbox_list_layout',
}

const VARIABLES: Record<string, string> = {
  u: 'user',
  n: 'user | username',
  d: 'user | domain',
  h: 'home',
  s: 'protocol',
  l: 'local_ip',
  r: 'remote_ip',
}

/** `%d/%n` → `%{user | domain}/%{user | username}`. */
export function newVariables(value: string): string {
  return value.replace(/%(L?)([undhslr])\b/g, (whole, lower: string, letter: string) => {
    const name = VARIABLES[letter]
    return name === undefined ? whole : `%{${name}${lower === '' ? '' : ' | lower'}}`
  })
}

/** Variables of one letter and other settings' values, which 2.4 takes to the letter: doveconf(1) says nothing of them. */
export function oldVariables({ key, value }: DovecotSetting): boolean {
  return key !== undefined && (/%L?[undhslr]\b/.test(value) || /\$(?!SET:|ENV:)[a-z]\w*/.test(value))
}

function wordsOf(value: string): string[] {
  return value.split(/[\s,]+/).filter((word) => word !== '' && !word.startsWith('$'))
}
