import type { Adopted } from './adopted.ts'
import { namedDomains } from './world-names.ts'

/** A mailrig.yaml with what was derived, and with the questions that a configuration does not answer. */
export function settingsText({ name, release, survey, declared }: Adopted): string {
  const lines = survey.main.settings.filter(({ name: parameter }) => DOMAINS.has(parameter))
  const values = new Map(lines.map(({ name: parameter, value }) => [parameter, value]))
  const domains = namedDomains(survey, { values, services: [] }).map((one) => one.name)
  const domain = domains.find((one) => one !== name.host && !one.startsWith('localhost')) ?? name.host
  return `# What mailrig cannot read out of the configuration. Every key may be left out.

# From ${release.from}.
release: [${(declared.release ?? [release.release]).join(', ')}]
# From ${name.from}.
host: ${name.host}

# Mailboxes that exist, each with the name and password that it logs in with. Without any, mailrig adds two of its own
# where it can: to a passwd-file or to the Unix accounts.
accounts: []
#  - address: jim@${domain}
#    user: jim@${domain}
#    password: secret

# Aliases that matter, and where they lead. Those in tables of files are known.
aliases: {}
#  sales@${domain}: [jim@${domain}]

# Own domains that no file names, as where they are in a database.
domains: []
# Domains where every address exists.
catchAll: []
# Addresses of your own domains that must not exist.
unknown: [nobody-here@${domain}]
# Domains of others that the configuration counts on.
elsewhere: []
`
}

const DOMAINS = new Set(['mydestination', 'virtual_mailbox_domains', 'virtual_alias_domains', 'relay_domains'])
