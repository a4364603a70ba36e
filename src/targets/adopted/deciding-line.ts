import { DISTANT_ADDRESS } from '../../engine/distant-client.ts'
import type { ServiceName } from '../facts.ts'
import { adoptionOf, textsOf } from './adoption-of.ts'
import { contains } from './contains.ts'
import type { MtaSays } from './mta-says.ts'
import { smtpdStatements } from './opensmtpd-text.ts'
import { formatPlace } from './source-tree.ts'
import type { Survey } from './survey.ts'

/** Software → its settings that may decide, in its own words; the likeliest first. */
export type Deciders = Readonly<Record<string, readonly string[]>>

interface DecidingInput {
  survey: Survey
  /** What the MTA said of its configuration on the release in question. */
  says: MtaSays | undefined
  /** Where it was noticed; master.cf may have a setting of its own for it. */
  service: ServiceName | undefined
}

/** Service → names of master.cf, as services(5) and Debian have them. */
const POSTFIX_SERVICES: Partial<Record<ServiceName, readonly string[]>> = {
  smtp: ['smtp', '25'],
  submission: ['submission', '587'],
  submissions: ['submissions', 'smtps', '465'],
}

/**
 * The line of a configuration that decides about something, `file:line name = value`: the first of its settings that is
 * there. Where none is, the first one, and that it is not set.
 */
export function decidingLine(deciders: Deciders, input: DecidingInput): string | undefined {
  const { survey, says } = input
  const postfix = survey.mta?.name === 'postfix' ? inOrder(deciders.postfix ?? [], says, adoptionOf(survey)?.trust) : []
  for (const name of postfix) {
    const line = overrideLine(name, input) ?? mainLine(name, survey)
    if (line !== undefined) return line
  }
  const own = adoptionLine(deciders, input)
  if (own !== undefined) return own
  const rule = survey.mta?.name === 'opensmtpd' ? (deciders.opensmtpd ?? []).map((name) => smtpdRule(name, survey)) : []
  const [matched] = rule.filter((line) => line !== undefined)
  if (matched !== undefined) return matched
  const dovecot = survey.dovecot ? (deciders.dovecot ?? []) : []
  for (const name of dovecot) {
    const line = dovecotLine(name, survey)
    if (line !== undefined) return line
  }
  const [unset] = postfix
  if (unset !== undefined) return `/etc/postfix/main.cf does not set ${unset}${valueHere(unset, says)}`
  const [unsetInDovecot] = dovecot
  return unsetInDovecot === undefined ? undefined : `/etc/dovecot/dovecot.conf does not set ${unsetInDovecot}`
}

/** As the adapter of the MTA tells, by its own reading of the files. */
function adoptionLine(deciders: Deciders, { survey, says }: DecidingInput): string | undefined {
  const { mta, tree } = survey
  const adoption = adoptionOf(survey)
  if (adoption?.deciding === undefined) return undefined
  const files = textsOf(tree)
  for (const word of inOrder(deciders[mta?.name ?? ''] ?? [], says, adoption.trust)) {
    const found = adoption.deciding(word, files)
    if (found) return `${formatPlace(found)} ${found.text}`
  }
  return undefined
}

/** The first rule of smtpd.conf(5) with these words, that is not for the host itself and asks for no login. */
function smtpdRule(words: string, { tree }: Survey): string | undefined {
  const [kind, ...rest] = words.split(' ')
  const rule = smtpdStatements(tree).find(
    (one) =>
      one.words[0] === kind &&
      ` ${one.words.join(' ')} `.includes(` ${rest.join(' ')} `) &&
      one.words.includes('from') &&
      !one.words.includes('auth') &&
      !one.words.includes('reject'),
  )
  return rule && `${formatPlace(rule.at)} ${rule.words.join(' ')}`
}

/** Who trusts the whole internet decides everything else by that. Who does not decides nothing by it, beside other settings. */
function inOrder(
  names: readonly string[],
  says: MtaSays | undefined,
  trust: readonly string[] = [],
): readonly string[] {
  const networks = names.filter((name) => trust.includes(name))
  const others = names.filter((name) => !trust.includes(name))
  const isOpen = says?.networks.some((network) => network === '*' || contains(network, DISTANT_ADDRESS)) ?? false
  return isOpen || others.length === 0 ? [...networks, ...others] : others
}

function overrideLine(name: string, { survey, service }: DecidingInput): string | undefined {
  const services = (service && POSTFIX_SERVICES[service]) ?? []
  const found = survey.master.find(
    (one) => one.type === 'inet' && services.includes(one.name) && one.overrides.has(name),
  )
  return found && `${formatPlace(found.overridesAt.get(name) ?? found.at)} -o ${name}=${found.overrides.get(name)}`
}

function mainLine(name: string, { main }: Survey): string | undefined {
  const found = main.settings.findLast((setting) => setting.name === name)
  return found && `${formatPlace(found.at)} ${`${name} = ${found.value}`.trimEnd()}`
}

function dovecotLine(name: string, { dovecotSettings }: Survey): string | undefined {
  const found = dovecotSettings.findLast(({ key, sections }) =>
    key === undefined ? sections.at(-1) === name : key === name,
  )
  if (!found) return undefined
  return `${formatPlace(found.at)} ${found.key === undefined ? `${name} {` : `${name} = ${found.value}`}`
}

function valueHere(name: string, says: MtaSays | undefined): string {
  const value = says?.postfix?.values.get(name)
  return value === undefined ? '' : `; here it is ${value === '' ? 'empty' : value}`
}
