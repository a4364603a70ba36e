import { type DovecotSetting, readDovecot } from './dovecot-text.ts'
import { SMTPD_CONF } from './opensmtpd-text.ts'
import { type PostfixService, type PostfixText, parseMainCf, parseMasterCf } from './postfix-text.ts'
import { below, type Place, type SourceTree, textOf } from './source-tree.ts'

export type AdoptedMta = 'postfix' | 'exim' | 'sendmail' | 'opensmtpd'

/** What the files of a configuration say, before any server has read them. */
export interface Survey {
  tree: SourceTree
  /** The MTA, and whether there is Dovecot. */
  mta: { name: AdoptedMta; at: Place } | undefined
  dovecot: { at: Place } | undefined
  main: PostfixText
  master: readonly PostfixService[]
  dovecotSettings: readonly DovecotSetting[]
}

const EMPTY: PostfixText = { settings: [], broken: [] }

export function surveyTree(tree: SourceTree): Survey {
  const main = textOf(tree, '/etc/postfix/main.cf')
  const master = textOf(tree, '/etc/postfix/master.cf')
  return {
    tree,
    mta: mtaOf(tree),
    dovecot: tree.files.has('/etc/dovecot/dovecot.conf') ? { at: { file: '/etc/dovecot/dovecot.conf' } } : undefined,
    main: main === undefined ? EMPTY : parseMainCf(main),
    master: master === undefined ? [] : parseMasterCf(master),
    dovecotSettings: readDovecot(tree),
  }
}

function mtaOf(tree: SourceTree): Survey['mta'] {
  if (tree.files.has('/etc/postfix/main.cf')) return { name: 'postfix', at: { file: '/etc/postfix/main.cf' } }
  const [exim] = below(tree, '/etc/exim4')
  if (exim !== undefined) return { name: 'exim', at: { file: exim } }
  const sendmail = ['/etc/mail/sendmail.cf', '/etc/mail/sendmail.mc'].find((path) => tree.files.has(path))
  if (sendmail !== undefined) return { name: 'sendmail', at: { file: sendmail } }
  return tree.files.has(SMTPD_CONF) ? { name: 'opensmtpd', at: { file: SMTPD_CONF } } : undefined
}

/** The last setting of a name in main.cf. */
export function mainSetting({ main }: Survey, name: string): PostfixText['settings'][number] | undefined {
  return main.settings.findLast((setting) => setting.name === name)
}

/** Every value of main.cf and master.cf, with its place. */
export function postfixValues({ main, master }: Survey): { name: string; value: string; at: Place }[] {
  return [
    ...main.settings,
    ...master.flatMap(({ overrides, at }) => [...overrides].map(([name, value]) => ({ name, value, at }))),
  ]
}
