// Writes docs/servers.md from the registry of servers, and their names into README.md, for `npm run docs`.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { FEATURE_MEANINGS, FEATURES, STORE_FEATURE_MEANINGS, STORE_FEATURES } from '../src/servers/feature.ts'
import type { MtaAdapter } from '../src/servers/mta-adapter.ts'
import { DEFAULT_STORE, MTA_NAMES, mtaNamed, STORE_NAMES, storeNamed, TRIAL_NAMES } from '../src/servers/registry.ts'
import { RELEASES } from '../src/servers/release.ts'
import type { StoreAdapter } from '../src/servers/store.ts'
import type { NativeWords } from '../src/topology/native.ts'

export const SERVERS_PAGE = fileURLToPath(new URL('../docs/servers.md', import.meta.url))
export const README = fileURLToPath(new URL('../README.md', import.meta.url))

const NAMES = /(<!-- servers -->)[\s\S]*?(<!-- end of servers -->)/

/** README.md with the names of all servers between its two marks. */
export function withServerNames(page: string, mtas: readonly Pick<MtaAdapter, 'title'>[], storeTitle: string): string {
  const names = mtas.map(({ title }) => `**${title}**`)
  return page.replace(NAMES, `$1${names.join(', ')} and **${storeTitle}**$2`)
}

/** The page: which MTAs there are, what each cannot do and why, and its own words in a topology. */
export function serversPage(
  listed: readonly MtaAdapter[],
  stores: readonly Pick<StoreAdapter, 'name' | 'title' | 'native' | 'lacks'>[],
  trials: readonly MtaAdapter[] = [],
) {
  const mtas = [...listed, ...trials]
  return `# Servers

<!-- Made by \`npm run docs\` from the list of servers. -->

These mail transfer agents (MTA) can be tested. \`--mta\`, \`mtas\` and \`[…]\` in session files take the name. Each comes from
these releases of Debian: ${RELEASES.map((release) => `\`${release}\``).join(', ')}.

| name | server |
|---|---|
${mtas.map((mta) => `| \`${mta.name}\` | ${mta.title}${trials.includes(mta) ? ', on trial' : ''} |`).join('\n')}
${trials.length > 0 ? '\nA server on trial has to be asked for by name: it is neither part of `all` nor of the matrix, because not every test passes on\nit yet.\n' : ''}
Beside the MTA stands a mail store. \`--store\` and \`stores\` take the name; without them it is the first.

| name | mail store |
|---|---|
${stores.map(({ name, title }) => `| \`${name}\` | ${title} |`).join('\n')}

## Features

A test says what it needs, for example \`needs: ['dsn']\`. If a server does not have the feature, the test is reported *unsupported*,
with the reason. So is a test whose topology asks for what the server cannot do.

| feature | a server that has it |
|---|---|
${meaningRows(FEATURE_MEANINGS)}

| feature of a mail store | a store that has it |
|---|---|
${meaningRows(STORE_FEATURE_MEANINGS)}

## What each can do

${[...mtas.map(featuresOf), ...stores.map(storeFeaturesOf)].join('\n\n')}

## Settings in their own words

[\`native\`](topology.md#settings-in-a-servers-own-words) of a topology takes these.

${[...mtas, ...stores].flatMap(({ name, native }) => (native ? [nativeOf(name, native)] : [])).join('\n\n')}
`
}

function meaningRows(meanings: Readonly<Record<string, string>>): string {
  return Object.entries(meanings)
    .map(([feature, meaning]) => `| \`${feature}\` | ${meaning} |`)
    .join('\n')
}

function featuresOf({ title, supports }: MtaAdapter): string {
  const rows = FEATURES.map((feature) => {
    const answers = RELEASES.map((release) => supports(feature, release))
    const [first] = answers
    const cell = answers.every((answer) => answer === first)
      ? inWords(first)
      : RELEASES.map((release, index) => `${release}: ${inWords(answers[index])}`).join('; ')
    return `| \`${feature}\` | ${cell} |`
  })
  return [`### ${title}`, '', '| feature | has it, or why not |', '|---|---|', ...rows].join('\n')
}

function storeFeaturesOf({ title, lacks }: Pick<StoreAdapter, 'title' | 'lacks'>): string {
  const rows = STORE_FEATURES.map((feature) => `| \`${feature}\` | ${inWords(lacks?.[feature] ?? true)} |`)
  return [`### ${title}`, '', '| feature | has it, or why not |', '|---|---|', ...rows].join('\n')
}

function inWords(answer: true | string | undefined): string {
  return answer === true ? 'yes' : String(answer).replaceAll('|', '\\|')
}

function nativeOf(name: string, { keys }: NativeWords): string {
  const rows = Object.entries(keys).map(
    ([key, { takes, goes }]) =>
      `| \`${/^\w+$/.test(key) ? `${name}.${key}` : `${name}['${key}']`}\` | ${takes} | ${goes} |`,
  )
  return [`| key of \`native\` | what | where it goes |`, '|---|---|---|', ...rows].join('\n')
}

/** Both pages as they should be now: path → content. */
export function freshPages(): Record<string, string> {
  const mtas = MTA_NAMES.map(mtaNamed)
  return {
    [SERVERS_PAGE]: serversPage(mtas, STORE_NAMES.map(storeNamed), TRIAL_NAMES.map(mtaNamed)),
    [README]: withServerNames(readFileSync(README, 'utf8'), mtas, DEFAULT_STORE.title),
  }
}

if (import.meta.main) {
  for (const [path, content] of Object.entries(freshPages())) writeFileSync(path, content)
}
