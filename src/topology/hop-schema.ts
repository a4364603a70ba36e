import { z } from 'zod'
import { domainName, mailAddress, quote } from './names.ts'

/**
 * TLS on the way out. `none`: never; `opportunistic`: where the next hop offers STARTTLS, whatever its certificate;
 * `required`: a next hop without it gets nothing; `verified`: required, and the certificate has to be one that the rig's
 * authority signed for the host's name. What cannot be sent waits in the queue.
 */
export const outboundTls = z.enum(['none', 'opportunistic', 'required', 'verified'])
export type OutboundTls = z.output<typeof outboundTls>

/**
 * The same for a next hop, and TLS from the first octet (RFC 8314): with `implicit` whatever its certificate, with
 * `implicit-verified` as with `verified`.
 */
const hopTls = z.enum([...outboundTls.options, 'implicit', 'implicit-verified'])
export type HopTls = z.output<typeof hopTls>

/** The login at a next hop (RFC 4954). */
const hopAuth = z.strictObject({
  user: z
    .string()
    .min(1)
    .regex(/^[^:\s]+$/, {
      error: (issue) => `${quote(issue.input)} has a colon or a blank: Postfix's table cannot hold it`,
    }),
  password: z.string().min(1).max(128),
  /** Default: what both sides have, as the server chooses. */
  mechanism: z.enum(['PLAIN', 'LOGIN', 'CRAM-MD5']).optional(),
})
export type HopAuth = z.output<typeof hopAuth>

const oneHop = z.strictObject({
  /** One of the rig's upstreams, by its name. */
  upstream: z.string(),
  /** `lmtp` (RFC 2033): the next hop answers for each recipient on its own. Default `smtp`. */
  protocol: z.enum(['smtp', 'lmtp']).optional(),
  /** Default: 465 where TLS comes first, 24 with LMTP, else 25. */
  port: z.int().min(1).max(65535).optional(),
  /** Default: `outboundTls`. */
  tls: hopTls.optional(),
  auth: hopAuth.optional(),
})

/** One upstream; by its name alone, or with settings. */
const simpleHop = z.union([z.string().transform((upstream): z.output<typeof oneHop> => ({ upstream })), oneHop])

/** A next hop, and those to try in this order where it cannot be reached. */
export const hop = z.union([
  z.string().transform((upstream): z.output<typeof oneHop>[] => [{ upstream }]),
  oneHop.transform((first) => [first]),
  z.array(simpleHop).min(1),
])

/** Who sends: an address, or all addresses of a domain. */
export const senderName = z.string().transform((text, context) => {
  const read = text.includes('@') ? mailAddress.safeParse(text) : domainName.safeParse(text)
  if (read.success) return read.data
  context.addIssue({
    code: 'custom',
    message: `${quote(text)} is neither an address such as "jim@example.com" nor a domain such as "example.com"`,
  })
  return z.NEVER
})
