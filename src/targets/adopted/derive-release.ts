import { RELEASES, type Release } from '../../servers/release.ts'
import { formatPlace, type SourceTree, textOf } from './source-tree.ts'
import { mainSetting, type Survey } from './survey.ts'

export interface DerivedRelease {
  release: Release
  /** Where it was read, or why it was assumed. */
  from: string
}

/** Debian's major version → release; only what mailrig has. */
const VERSIONS: Record<string, string> = { '11': 'bullseye', '12': 'bookworm', '13': 'trixie' }

/**
 * The Debian release that a configuration was written for: what its host says of itself first, then what only one
 * release's servers understand.
 */
export function deriveRelease(survey: Survey): DerivedRelease {
  return (
    fromVersionFiles(survey.tree) ??
    fromDovecot(survey) ??
    fromPostfix(survey) ?? { release: 'bookworm', from: 'nothing in it tells; Debian 12 is assumed (--release)' }
  )
}

function known(name: string | undefined): Release | undefined {
  return RELEASES.find((release) => release === name)
}

function fromVersionFiles(tree: SourceTree): DerivedRelease | undefined {
  const release = known(/^VERSION_CODENAME=(\w+)/m.exec(textOf(tree, '/etc/os-release') ?? '')?.[1])
  if (release) return { release, from: '/etc/os-release' }
  const version = /^(\d+)\b|^(\w+)\/sid/.exec(textOf(tree, '/etc/debian_version') ?? '')
  const named = known(VERSIONS[version?.[1] ?? ''] ?? version?.[2])
  return named === undefined ? undefined : { release: named, from: '/etc/debian_version:1' }
}

/** Dovecot 2.4 refuses a file without this setting, and 2.3 refuses one with it. */
function fromDovecot({ dovecot, dovecotSettings }: Survey): DerivedRelease | undefined {
  if (!dovecot) return undefined
  const version = dovecotSettings.find(({ key }) => key === 'dovecot_config_version')
  if (version)
    return { release: 'trixie', from: `${formatPlace(version.at)} dovecot_config_version = ${version.value}` }
  const old = dovecotSettings.find(({ key }) => key !== undefined && OLD_DOVECOT.has(key))
  return old && { release: 'bookworm', from: `${formatPlace(old.at)} ${old.key}, which Dovecot 2.4 does not know` }
}

const OLD_DOVECOT = new Set(['mail_location', 'ssl_cert', 'ssl_dh', 'disable_plaintext_auth', 'args'])

/** Debian 13 writes 3.10 into a new main.cf, Debian 12 writes 3.6. */
function fromPostfix(survey: Survey): DerivedRelease | undefined {
  const level = mainSetting(survey, 'compatibility_level')
  if (!level) return undefined
  const [major = 0, minor = 0] = level.value.split('.').map(Number)
  const release = major > 3 || (major === 3 && minor >= 8) ? 'trixie' : 'bookworm'
  return { release, from: `${formatPlace(level.at)} compatibility_level = ${level.value}` }
}
