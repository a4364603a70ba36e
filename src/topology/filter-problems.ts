import { oneOfThese } from '../errors/did-you-mean.ts'
import { ownDomains } from './name-problems.ts'
import { quote } from './names.ts'
import { formatPath } from './path.ts'
import type { ParsedTopology } from './schema.ts'
import type { Problem } from './topology-error.ts'

/** Signatures without a key, and forwarded mail in the name of a domain that is not here. */
export function filterProblems(parsed: ParsedTopology, host: string): Problem[] {
  const { filters, dkim, rewriting } = parsed
  const keys = Object.keys(dkim)
  const withoutKey = (filters.opendkim?.sign ?? []).flatMap((domain, index) =>
    keys.includes(domain)
      ? []
      : [
          {
            path: formatPath(['filters', 'opendkim', 'sign', index]),
            message: `there is no key for ${quote(domain)}; declare it: dkim: [${quote(domain)}]`,
          },
        ],
  )
  const own = [host, ...ownDomains(parsed)]
  if (rewriting.srs === undefined || own.includes(rewriting.srs)) return withoutKey
  return [
    ...withoutKey,
    {
      path: 'rewriting.srs',
      message: `${quote(rewriting.srs)} is no domain of this server, so what it returns would not come back; ${oneOfThese(rewriting.srs, own)}`,
    },
  ]
}
