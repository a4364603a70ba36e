import type { Zone } from '../dns/zone.ts'
import { zoneResolver } from './zone-resolver.ts'

/** Results in the words of RFC 8601 §2.7: `pass`, `fail`, `softfail`, `neutral`, `none`, `policy`, `temperror`, `permerror`. */
export interface AuthenticationResults {
  /** Whether the client may send in the name of MAIL FROM (RFC 7208); `none` where no client is known. */
  spf: string
  /** `pass` where a signature verifies (RFC 6376); else what the first is. `none`: there is no signature. */
  dkim: string
  /** Whether the domain of From stands by the message (RFC 7489); `none` where it says nothing of that. */
  dmarc: string
  /** Whether the chain of seals is whole (RFC 8617); `none`: there is no seal. */
  arc: string
  /** Each signature, from the top. */
  signatures: readonly { domain: string; selector: string; result: string; reason: string }[]
  /** The whole as a field, for people: `Authentication-Results: …`. */
  field: string
}

/** How a message came to whoever authenticates it. */
export interface Receipt {
  /** Address of who handed it over; undefined: SPF cannot be told. */
  client?: string | undefined
  /** The argument of EHLO. */
  helo?: string | undefined
  /** Reverse-path, `''` for the null one. */
  from?: string | undefined
  /** Who authenticates. Default `receiver.example`. */
  receiver?: string | undefined
}

/** What a receiver finds of a message by the DNS of a rig: SPF, DKIM, DMARC and ARC. */
export async function authenticate(
  content: Buffer,
  zone: Zone,
  { client, helo, from, receiver = 'receiver.example' }: Receipt = {},
): Promise<AuthenticationResults> {
  // Few tests need it, and it brings much along.
  const { authenticate: verify } = await import('mailauth')
  const found = await verify(content, {
    resolver: zoneResolver(zone),
    mta: receiver,
    disableBimi: true,
    strict: true,
    ...(client === undefined ? {} : { ip: client }),
    ...(helo === undefined ? {} : { helo }),
    ...(from === undefined ? {} : { sender: from }),
  })
  const signatures = found.dkim.results.flatMap(({ signingDomain, selector, status }) =>
    signingDomain
      ? [{ domain: signingDomain, selector: selector ?? '', result: status.result, reason: status.comment || '' }]
      : [],
  )
  const verified = signatures.find(({ result }) => result === 'pass') ?? signatures[0]
  return {
    spf: client === undefined || !found.spf ? 'none' : found.spf.status.result,
    dkim: verified?.result ?? 'none',
    dmarc: found.dmarc ? found.dmarc.status.result : 'none',
    arc: found.arc ? found.arc.status.result : 'none',
    signatures,
    field: found.headers
      .split(/\r\n(?![ \t])/)
      .filter((line) => line.startsWith('Authentication-Results:'))
      .join('')
      .replace(/\r\n[ \t]+/g, ' '),
  }
}
