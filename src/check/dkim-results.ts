import type { DkimSigning } from './subject.ts'

/** What a receiver finds of one signature (RFC 6376 §3.9, in the words of RFC 8601 §2.7.1). */
export interface DkimResult {
  domain: string
  selector: string
  /** `pass`, `fail`, `neutral`, `policy`, `temperror`, `permerror`. */
  result: string
  /** Why, where it is not `pass`. */
  reason: string
}

/** Verifies every DKIM signature of a message as it came, by the keys that the domains publish. None where it has none. */
export async function dkimResults(message: Buffer, { txt }: Pick<DkimSigning, 'txt'>): Promise<DkimResult[]> {
  // Few checks need it, and it brings much along.
  const { dkimVerify } = await import('mailauth/lib/dkim/verify.js')
  const resolver = async (name: string, type: string): Promise<string[][]> => {
    const found = type === 'TXT' ? txt(name) : []
    if (found.length === 0) throw Object.assign(new Error(`${name} has no ${type}`), { code: 'ENOTFOUND' })
    return found.map((text) => [text])
  }
  const { results } = await dkimVerify(message, { resolver })
  return results.flatMap(({ signingDomain, selector, status }) =>
    signingDomain
      ? [{ domain: signingDomain, selector: selector ?? '', result: status.result, reason: status.comment || '' }]
      : [],
  )
}
