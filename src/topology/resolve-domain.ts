import { oneOfThese } from '../errors/did-you-mean.ts'
import type { MailboxDomain } from './model.ts'
import { mailAddress, quote } from './names.ts'
import { formatPath } from './path.ts'
import type { ParsedTopology } from './schema.ts'
import type { Problem } from './topology-error.ts'

/** A domain with its recipients as full addresses. Adds to `problems` what does not fit. */
export function resolveMailboxDomain(
  name: string,
  domain: ParsedTopology['domains'][string],
  problems: Problem[],
): MailboxDomain {
  const known = [...Object.keys(domain.mailboxes), ...Object.keys(domain.aliases)]
  const complete = (recipient: string, path: PropertyKey[]): string => {
    if (recipient.includes('@')) {
      const address = mailAddress.safeParse(recipient)
      if (!address.success) problems.push({ path: formatPath(path), message: `${quote(recipient)} is not an address` })
      return address.data ?? recipient
    }
    if (!known.includes(recipient)) {
      problems.push({
        path: formatPath(path),
        message: `${name} has no mailbox or alias ${quote(recipient)}; ${oneOfThese(recipient, known, 'it has')}`,
      })
    }
    return `${recipient}@${name}`
  }
  for (const alias of Object.keys(domain.aliases)) {
    if (alias in domain.mailboxes) {
      problems.push({
        path: formatPath(['domains', name, 'aliases', alias]),
        message: `${quote(alias)} is a mailbox of ${name} as well`,
      })
    }
  }
  return {
    mailboxes: domain.mailboxes,
    aliases: Object.fromEntries(
      Object.entries(domain.aliases).map(([alias, to]) => [
        alias,
        to.map((recipient) => complete(recipient, ['domains', name, 'aliases', alias])),
      ]),
    ),
    ...(domain.catchAll === undefined ? {} : { catchAll: complete(domain.catchAll, ['domains', name, 'catchAll']) }),
  }
}
