import type { Adoption, ConfigurationFiles, ConfigurationLine } from '../adoption.ts'

/** What cf/README calls an option → its name in sendmail.cf (Sendmail Installation and Operation Guide, 5.6). */
const OPTIONS: Readonly<Record<string, string>> = {
  confAUTH_OPTIONS: 'AuthOptions',
  confCACERT: 'CACertFile',
  confCIPHER_LIST: 'CipherList',
  confCLIENT_OPTIONS: 'ClientPortOptions',
  confDONT_EXPAND_CNAMES: 'DontExpandCnames',
  confERROR_MODE: 'ErrorMode',
  confMAX_DAEMON_CHILDREN: 'MaxDaemonChildren',
  confMAX_HOP: 'MaxHopCount',
  confMAX_MESSAGE_SIZE: 'MaxMessageSize',
  confPRIVACY_FLAGS: 'PrivacyOptions',
  confSERVER_CERT: 'ServerCertFile',
  confSERVER_KEY: 'ServerKeyFile',
  confSERVER_SSL_OPTIONS: 'ServerSSLOptions',
  confSMTP_LOGIN_MSG: 'SmtpGreetingMessage',
  confTO_DATABLOCK: 'Timeout.datablock',
  confTO_QUEUERETURN: 'Timeout.queuereturn',
  DAEMON_OPTIONS: 'DaemonPortOptions',
}

/** Words of checks that sendmail.mc has by another name. */
const NAMES: Readonly<Record<string, string>> = { $j: 'confDOMAIN_NAME' }

/** Setting → the files in which its rows are. */
const TABLES: Readonly<Record<string, readonly string[]>> = {
  access_db: ['/etc/mail/access'],
  aliases: ['/etc/aliases', '/etc/mail/aliases'],
  genericstable: ['/etc/mail/genericstable'],
  'local-host-names': ['/etc/mail/local-host-names'],
  '$=w': ['/etc/mail/local-host-names'],
  'relay-domains': ['/etc/mail/relay-domains'],
  virtusertable: ['/etc/mail/virtusertable'],
}

const MC = '/etc/mail/sendmail.mc'
const CF = '/etc/mail/sendmail.cf'

/** What is known of configurations of sendmail that mailrig did not render. */
export const adoption: Adoption = {
  packages: ['sendmail-bin', 'sendmail-cf'],
  packageFiles: () => [CF, '/etc/mail/submit.cf'],
  deciding,
}

function deciding(word: string, files: ConfigurationFiles): ConfigurationLine | undefined {
  return (
    relayingRow(word, files) ?? inMacros(NAMES[word] ?? word, files) ?? firstRow(word, files) ?? inCompiled(word, files)
  )
}

/** Of the access table, a row that lets somebody relay who is not the host itself. */
function relayingRow(word: string, files: ConfigurationFiles): ConfigurationLine | undefined {
  if (word !== 'access_db') return undefined
  return rowsOf('/etc/mail/access', files).find(
    ({ text }) => /\sRELAY$/i.test(text) && !/^(?:connect:)?(?:127|localhost|\[?(?:IPv6:)?::1)/i.test(text),
  )
}

/** ``define(`word', …)``, ``FEATURE(`word')``, `WORD(…)`: the last counts (cf/README). */
function inMacros(word: string, files: ConfigurationFiles): ConfigurationLine | undefined {
  const name = word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const sets = new RegExp(`^(?:(?:define|FEATURE)\\(\\s*\`?${name}'?\\s*[,)]|${name}\\()`)
  return linesOf(MC, files)
    .map((line) => ({ ...line, text: line.text.replace(/\bdnl\b.*/, '').trim() }))
    .findLast(({ text }) => sets.test(text))
}

function firstRow(word: string, files: ConfigurationFiles): ConfigurationLine | undefined {
  return (TABLES[word] ?? []).flatMap((path) => rowsOf(path, files))[0]
}

/** Of who has the made file alone: `O Name=value`. */
function inCompiled(word: string, files: ConfigurationFiles): ConfigurationLine | undefined {
  const option = OPTIONS[word] ?? word
  return linesOf(CF, files).findLast(({ text }) => text.startsWith(`O ${option}=`))
}

function rowsOf(path: string, files: ConfigurationFiles): ConfigurationLine[] {
  return linesOf(path, files).filter(({ text }) => text !== '' && !text.startsWith('#'))
}

function linesOf(path: string, files: ConfigurationFiles): ConfigurationLine[] {
  const text = files.get(path)
  return text === undefined
    ? []
    : text.split('\n').map((line, index) => ({ file: path, line: index + 1, text: line.trim().replace(/\s+/g, ' ') }))
}
