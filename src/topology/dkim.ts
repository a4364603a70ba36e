import { z } from 'zod'
import { quote } from './names.ts'

/** A label of a name in the DNS. */
const selector = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, {
  error: (issue) => `${quote(issue.input)} cannot be a selector such as "s1"`,
})

/** A domain whose mail is signed by DKIM: mailrig makes its key. */
export const dkim = z.strictObject({
  /** DNS has the public half at `selector._domainkey.` and the domain (RFC 6376 §3.6.2). */
  selector: selector.default('mailrig'),
  algorithm: z.enum(['rsa', 'ed25519']).default('rsa'),
  /** Whether DNS has it; `another`: DNS has the public half of another key, with which nothing verifies. */
  published: z.union([z.boolean(), z.literal('another')]).default(true),
})
