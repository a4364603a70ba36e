import { settingsOf } from './dovecot-text.ts'
import { smtpdStatements } from './opensmtpd-text.ts'
import { formatPlace, textOf } from './source-tree.ts'
import { mainSetting, type Survey } from './survey.ts'

export interface OwnName {
  host: string
  from: string
}

const QUALIFIED = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/i

/** The name of the host that a configuration is for, fully qualified, before any server has read it. */
export function ownName(survey: Survey): OwnName {
  for (const found of candidates(survey)) {
    const host = found.host.trim().toLowerCase()
    if (QUALIFIED.test(host)) return { host, from: found.from }
  }
  return { host: 'mail.adopted.example', from: 'nothing in it tells; made up' }
}

function candidates(survey: Survey): OwnName[] {
  const { tree } = survey
  const found: OwnName[] = []
  for (const name of ['myhostname', 'mydomain', 'myorigin']) {
    const setting = mainSetting(survey, name)
    if (!setting) continue
    const value = expandMain(survey, setting.value)
    found.push({ host: name === 'myhostname' ? value : `mail.${value}`, from: formatPlace(setting.at) })
  }
  const exim = [...tree.files].flatMap(([path, { content }]) => {
    if (!path.startsWith('/etc/exim4/')) return []
    const host = /^\s*(?:MAIN_HARDCODE_PRIMARY_HOSTNAME|primary_hostname)\s*=\s*(\S+)/m.exec(
      content.toString('utf8'),
    )?.[1]
    return host === undefined ? [] : [{ host, from: path }]
  })
  const sendmail = /^(?:Dj|define\(`confDOMAIN_NAME',\s*`)([\w.-]+)/m.exec(
    (textOf(tree, '/etc/mail/sendmail.mc') ?? '') + (textOf(tree, '/etc/mail/sendmail.cf') ?? ''),
  )?.[1]
  const smtpd = smtpdStatements(tree).find(({ words }) => words[0] === 'pki')
  const dovecot = settingsOf(survey.dovecotSettings, 'hostname').map(({ value, at }) => ({
    host: value,
    from: formatPlace(at),
  }))
  return [
    ...found.slice(0, 1),
    ...exim,
    ...(sendmail === undefined ? [] : [{ host: sendmail, from: '/etc/mail/sendmail.mc' }]),
    { host: smtpd?.words[0] === 'pki' ? (smtpd.words[1] ?? '') : '', from: smtpd ? formatPlace(smtpd.at) : '' },
    { host: textOf(tree, '/etc/hostname') ?? '', from: '/etc/hostname:1' },
    { host: textOf(tree, '/etc/mailname') ?? '', from: '/etc/mailname:1' },
    ...dovecot,
    ...found.slice(1),
  ]
}

/** A value with `$name`, `${name}` and `$(name)` put in, as far as main.cf says them. */
export function expandMain(survey: Survey, value: string, depth = 0): string {
  if (depth > 8) return value
  return value.replace(/\$(?:\{(\w+)\}|\((\w+)\)|(\w+))/g, (whole, a, b, c) => {
    const setting = mainSetting(survey, a ?? b ?? c)
    return setting === undefined ? whole : expandMain(survey, setting.value, depth + 1)
  })
}
