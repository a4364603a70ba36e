import type { Adoption, ConfigurationFiles, ConfigurationLine } from '../adoption.ts'
import { DEBCONF, linesOf, readLines } from './configuration-lines.ts'

/** Setting → what Debian asks for it, in update-exim4.conf.conf (update-exim4.conf(8)). */
const ASKED: Readonly<Record<string, string>> = {
  local_domains: 'dc_other_hostnames',
  relay_from_hosts: 'dc_relay_nets',
  relay_to_domains: 'dc_relay_domains',
  route_list: 'dc_smarthost',
}

/** What is known of configurations of Exim that mailrig did not render. */
export const adoption: Adoption = {
  packages: ['exim4-daemon-heavy'],
  // Without templates, those of the package are meant (update-exim4.conf(8)).
  packageFiles: (files) =>
    [...files.keys()].some((path) => /^\/etc\/exim4\/(?:exim4\.conf(?:\.template)?$|conf\.d\/)/.test(path))
      ? ['/etc/exim4/*']
      : [],
  logs: ['mainlog', 'paniclog', 'rejectlog'].map((name) => `/var/log/exim4/${name}`),
  deciding,
  trust: ['relay_from_hosts'],
}

function deciding(word: string, files: ConfigurationFiles): ConfigurationLine | undefined {
  const lines = readLines(files)
  const setting = lines.find(({ text }) => sets(text, word))
  const macro = setting && macroIn(setting.text)
  const defined = macro === undefined ? undefined : definitionOf(macro, lines)
  // Debian's files have the words of debconf in place of a value.
  return askedLine(word, files) ?? defined ?? setting
}

/** `word = …`, `hostlist word = …`, and a word that is a line by itself: `begin retry`. */
function sets(text: string, word: string): boolean {
  if (word.startsWith('begin ')) return text.replace(/\s+/g, ' ') === word
  const [, name] = /^(?:hide\s+)?(?:(?:domain|host|address|localpart)list(?:_cache)?\s+)?(\w+)\s*=/.exec(text) ?? []
  return name === word || text === word || text === `no_${word}`
}

/** The macro that is all there is of a value, e.g. `MAIN_RELAY_NETS`. */
function macroIn(text: string): string | undefined {
  return /=\s*([A-Z][A-Z0-9_]+)$/.exec(text)?.[1]
}

/** The first counts: what Debian defines behind it is under `.ifndef`. */
function definitionOf(macro: string, lines: readonly ConfigurationLine[]): ConfigurationLine | undefined {
  return lines.find(({ text }) => new RegExp(`^${macro}\\s*==?`).test(text) && !/DEBCONF\w+DEBCONF/.test(text))
}

function askedLine(word: string, files: ConfigurationFiles): ConfigurationLine | undefined {
  const name = ASKED[word]
  if (name === undefined || files.has('/etc/exim4/exim4.conf')) return undefined
  const found = linesOf(DEBCONF, files.get(DEBCONF) ?? '').find(({ text }) => text.startsWith(`${name}=`))
  // What nobody answered decides nothing.
  return found && /=(?:''|"")?$/.test(found.text) ? undefined : found
}
