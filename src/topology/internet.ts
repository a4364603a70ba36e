import { isIPv4, isIPv6 } from 'node:net'
import { z } from 'zod'
import { dnsName, domainName, quote } from './names.ts'

/** An exchanger's name; `.` stands for none: the domain takes no mail (RFC 7505). */
const exchanger = z.string().transform((name, context) => {
  if (name === '.') return name
  const checked = domainName.safeParse(name)
  if (checked.success) return checked.data
  context.addIssue({
    code: 'custom',
    message: `${quote(name)} is not a fully qualified domain name such as "mx.example.com", or "." for no exchanger`,
  })
  return z.NEVER
})

const mx = z.strictObject({
  /** Lower is preferred (RFC 5321 §5.1). */
  preference: z.int().min(0).max(65535).default(10),
  /** The upstream that answers as this exchanger, or a host name (which may be one that does not exist). */
  upstream: z.string().optional(),
  host: exchanger.optional(),
})

type Exchanger = z.output<typeof mx>

const ipv6 = z.string().refine((text) => isIPv6(text) && !text.includes('%'), {
  error: (issue) => `${quote(issue.input)} is not an IPv6 address such as "2001:db8::1"`,
})

/** Record types that a fault may be limited to. */
const RECORD_TYPES = ['A', 'AAAA', 'CNAME', 'MX', 'PTR', 'TXT'] as const

/** Every question, or those for some types. */
const questions = z.union([z.literal(true), z.array(z.enum(RECORD_TYPES)).min(1)])

/** A domain elsewhere on the internet, as the rig's DNS tells of it. */
export const remoteDomain = z
  .strictObject({
    /** Default: the upstream named `upstream`, preference 10; none beside `cname`. An empty list: no MX record. */
    mx: z.array(mx).optional(),
    txt: z.array(z.string()).default([]),
    /** Addresses of the bare domain (A records): an upstream's name or an IPv4 address. */
    a: z.array(z.string()).default([]),
    /** AAAA records (RFC 3596). */
    aaaa: z.array(ipv6).default([]),
    /** The name is another name for this one (RFC 1034 §3.6.2); it has no other records then. */
    cname: dnsName.optional(),
    /** Answered with SERVFAIL, for this name and for what is below it and not declared. */
    servfail: questions.optional(),
    /** Not answered at all. */
    timeout: questions.optional(),
    /** Answered over UDP with the flag TC alone, so that the server has to ask again over TCP (RFC 2181 §9). */
    truncated: questions.optional(),
  })
  .transform(({ mx: declared, ...domain }) => {
    const byDefault: Exchanger[] = domain.cname === undefined ? [{ preference: 10, upstream: 'upstream' }] : []
    return { ...domain, mx: declared ?? byDefault }
  })

/** A host on the internet that connects to the MTA, each from an address of its own. */
export const internetClient = z.strictObject({
  /** Whether its address leads back to its name (PTR, RFC 1035 §3.5); another name is one that may not lead here. */
  ptr: z.union([z.boolean(), domainName]).default(true),
})

/** Loopback addresses, which say why a client is listed (RFC 5782 §2.1); some lists tell errors in the same way. */
const code = z.string().regex(/^127(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}$/, {
  error: (issue) => `${quote(issue.input)} is not an answer of a list such as "127.0.0.2"`,
})

const codes = z.union([code, z.array(code).min(1)]).transform((value) => [value].flat())

const listedClient = z.string().transform((text, context) => {
  if (text === 'lan' || text === 'internet' || isIPv4(text)) return text
  const name = domainName.safeParse(text)
  if (name.success) return name.data
  context.addIssue({
    code: 'custom',
    message: `${quote(text)} is not "lan", "internet", an IPv4 address or the name of one of \`clients\``,
  })
  return z.NEVER
})

/** A DNS blocklist of client addresses (RFC 5782), by the name of its zone. */
export const dnsbl = z.strictObject({
  /** Client → what the list answers. `lan` and `internet` are who comes from there, a name is one of `clients`. */
  listed: z.record(listedClient, codes).default({}),
  /** The TXT record of all that are listed. */
  text: z.string().min(1).optional(),
  /** The answers for which the MTA refuses a client. Default: any. */
  codes: codes.optional(),
  /** False: it stands in DNS alone, and the MTA is not told to ask it. */
  asked: z.boolean().default(true),
})
