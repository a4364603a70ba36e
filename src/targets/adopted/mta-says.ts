import type { DeclaredPort } from './declared-ports.ts'
import type { Finding } from './finding.ts'
import type { PostfixSettings } from './settings.ts'
import type { DomainKind } from './world-names.ts'

/** What an MTA says of its own configuration, asked by its own commands. */
export interface MtaSays {
  domains: { name: string; kind: DomainKind; from: string }[]
  /** Networks whose clients may relay, in the notation of mynetworks. */
  networks: string[]
  networksFrom: string
  /** What parts a user from a detail. */
  recipientDelimiter?: string
  /** Octets; 0: no limit. */
  sizeLimit?: number
  ports: DeclaredPort[]
  findings: Finding[]
  /** Of Postfix alone: everything it says. */
  postfix?: PostfixSettings
}
