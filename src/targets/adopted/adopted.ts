import { InputError } from '../../errors/mailrig-error.ts'
import { type DerivedAccount, deriveAccounts } from './derive-accounts.ts'
import { type DerivedPackage, derivePackages } from './derive-packages.ts'
import { type DerivedRelease, deriveRelease } from './derive-release.ts'
import { type OwnName, ownName } from './own-name.ts'
import { createMask, secretsIn } from './secrets.ts'
import type { Declared } from './settings-file.ts'
import type { SourceTree } from './source-tree.ts'
import { type Survey, surveyTree } from './survey.ts'

/** A configuration under test, as far as its files tell without a server that reads them. */
export interface Adopted {
  survey: Survey
  name: OwnName
  release: DerivedRelease
  packages: DerivedPackage[]
  accounts: DerivedAccount[]
  /** What mailrig.yaml adds. */
  declared: Declared
  /** A dump of the database that the configuration names. */
  seed: string | undefined
  /** Hides every secret of the configuration in a text. All that leaves mailrig goes through it. */
  mask(text: string): string
}

export interface AdoptOptions {
  /** A dump of the database that the configuration names. */
  seed?: string | undefined
  /** Words to be masked beside those of the files. */
  secrets?: readonly string[]
  /** It runs where it was written, and not on Debian's servers. */
  running?: boolean
}

/**
 * Reads what a configuration is about.
 *
 * @throws {InputError} SOURCE_FOREIGN where it was written for another system, SOURCE_UNKNOWN where there is no server in it.
 */
export function adopt(
  tree: SourceTree,
  declared: Declared = {},
  { seed, secrets = [], running }: AdoptOptions = {},
): Adopted {
  const survey = surveyTree(tree)
  if (!survey.mta && !survey.dovecot) {
    throw new InputError(`${tree.label} holds no main configuration file of a mail server`, {
      code: 'SOURCE_UNKNOWN',
      remedy: 'Bring along /etc/postfix/main.cf, /etc/dovecot/dovecot.conf, /etc/exim4 or /etc/mail/sendmail.cf.',
    })
  }
  if (!running) refuseForeign(survey)
  const derived = ownName(survey)
  return {
    survey,
    name: declared.host === undefined ? derived : { host: declared.host, from: 'mailrig.yaml' },
    release: deriveRelease(survey),
    packages: derivePackages(survey),
    accounts: deriveAccounts(survey),
    declared,
    seed,
    mask: createMask([
      ...secretsIn(tree),
      ...secrets,
      ...(declared.accounts ?? []).flatMap(({ password }) => password ?? []),
    ]),
  }
}

/** Where another system has the programs of Postfix, or an image renders its files when it starts. */
function refuseForeign({ main }: Survey): void {
  const foreign = main.settings.find(
    ({ name, value }) => name === 'daemon_directory' && !/^\/usr\/lib\/postfix(?:\/sbin)?$/.test(value),
  )
  if (foreign) {
    throw new InputError(
      `${foreign.at.file}:${foreign.at.line}: daemon_directory = ${foreign.value}, which no Debian has`,
      {
        code: 'SOURCE_FOREIGN',
        remedy:
          'mailrig runs a configuration on Debian. Take that line out of a copy, or test the image it belongs to.',
      },
    )
  }
}
