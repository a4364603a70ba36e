import { isIPv4, isIPv6 } from 'node:net'
import { z } from 'zod'
import { octetsOf, SIZES } from './size.ts'

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
const DOMAIN = new RegExp(`^${LABEL}(?:\\.${LABEL})+$`)
const DOT_ATOM = /^[A-Za-z0-9!#$%&'*/=?^_`{|}~-]+(?:[.+A-Za-z0-9!#$%&'*/=?^_`{|}~-]+)*$/

/** A fully qualified domain name (RFC 1035 §2.3.1, RFC 1123 §2.1), folded to lower case. */
export const domainName = z
  .string()
  .transform((name) => name.toLowerCase())
  .refine((name) => name.length <= 253 && DOMAIN.test(name), {
    error: (issue) => `${quote(issue.input)} is not a fully qualified domain name such as "example.com"`,
  })

const DNS_LABEL = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?'
const DNS_NAME = new RegExp(`^(?:\\*\\.)?${DNS_LABEL}(?:\\.${DNS_LABEL})+$`)

/** A name in the DNS: a domain, `_dmarc.example.com`, or `*.example.com` for all that is not declared (RFC 4592). */
export const dnsName = z
  .string()
  .transform((name) => name.toLowerCase())
  .refine((name) => name.length <= 253 && DNS_NAME.test(name), {
    error: (issue) => `${quote(issue.input)} is not a fully qualified domain name such as "example.com"`,
  })

/** A local part written as a dot-atom (RFC 5321 §4.1.2 Dot-string). */
export const localPart = z.string().refine((part) => part.length <= 64 && DOT_ATOM.test(part), {
  error: (issue) => `${quote(issue.input)} is not a local part such as "jim" (no "@", no spaces, at most 64 octets)`,
})

/** `local-part@domain`, the domain folded to lower case. */
export const mailAddress = z.string().transform((text, context) => {
  const at = text.lastIndexOf('@')
  const local = localPart.safeParse(text.slice(0, at))
  const domain = domainName.safeParse(text.slice(at + 1))
  if (at < 1 || !local.success || !domain.success) {
    context.addIssue({ code: 'custom', message: `${quote(text)} is not an address such as "jim@example.com"` })
    return z.NEVER
  }
  return `${local.data}@${domain.data}`
})

/** A network in CIDR notation (RFC 4632, RFC 4291 §2.3), or the name of one of the rig's own networks. */
export const network = z.string().superRefine((text, context) => {
  const wrong = text.includes(':')
    ? ipv6Problem(text)
    : /^(?:lan|internet)-ipv[46]$/.test(text)
      ? undefined
      : networkProblem(text)
  if (wrong !== undefined) context.addIssue({ code: 'custom', message: wrong })
})

/** Who connects: a network, an IPv4 address or the octets it begins with, an IPv6 address, or a host or domain by its name. */
export const client = z
  .string()
  .min(1)
  .superRefine((text, context) => {
    const wrong = clientProblem(text)
    if (wrong !== undefined) context.addIssue({ code: 'custom', message: wrong })
  })

function clientProblem(text: string): string | undefined {
  if (text.includes('/')) {
    if (!text.includes(':')) return networkProblem(text)
    return `${quote(text)} is an IPv6 network; name an IPv6 address, "lan-ipv6" or "internet-ipv6"`
  }
  const octets = text.split('.')
  const complete = isIPv4([...octets, '0', '0', '0'].slice(0, Math.max(4, octets.length)).join('.'))
  return /^[\d.]+$/.test(text) && !complete ? noNetwork(text) : undefined
}

function ipv6Problem(text: string): string | undefined {
  const [, address = '', bits = ''] = /^([^/]*)\/(\d{1,3})$/.exec(text) ?? []
  if (!isIPv6(address)) return `${quote(text)} is no IPv6 network; write one such as "2001:db8::/32"`
  return Number(bits) > 128 ? `${quote(text)} has a prefix of ${bits} bits; an IPv6 address has 128` : undefined
}

function networkProblem(text: string): string | undefined {
  if (text === 'lan' || text === 'internet') return undefined
  const [, address = '', bits = ''] = /^([^/]*)\/(\d{1,3})$/.exec(text) ?? []
  if (!isIPv4(address)) return noNetwork(text)
  const length = Number(bits)
  if (length > 32) return `${quote(text)} has a prefix of ${length} bits; an IPv4 address has 32`
  const octets = address.split('.').map(Number)
  // RFC 4632 §3.1: what stands behind the prefix is zero. Servers differ in what they make of one where it is not.
  const start = octets.map((octet, index) => octet & (0xff00 >> Math.min(8, Math.max(0, length - 8 * index))) & 0xff)
  if (start.join() === octets.join()) return undefined
  return `${quote(text)} is an address in a network, not a network; write ${quote(`${start.join('.')}/${length}`)} or ${quote(`${address}/32`)}`
}

function noNetwork(text: string): string {
  return `${quote(text)} is not "lan", "internet" or an IPv4 network such as "192.0.2.0/24"`
}

/** A Unix account name as Debian's adduser allows it. */
export const accountName = z.string().regex(/^[a-z][a-z0-9_-]{0,31}$/, {
  error: (issue) => `${quote(issue.input)} is not a Unix account name such as "jim" (lower case, at most 32)`,
})

/** Octets: a number, or one with `K`, `M` or `G` behind it, which are powers of 1024. */
export const octets = octetsBetween(1, Number.MAX_SAFE_INTEGER)

/** The same within bounds. */
export function octetsBetween(least: number, most: number) {
  return z.union([z.int(), z.string()]).transform((value, context) => {
    const size = octetsOf(value)
    if (size !== undefined && size >= least && size <= most) return size
    const message =
      size === undefined
        ? `${quote(value)} is not a size such as ${SIZES}`
        : size < least
          ? `${quote(value)} is too small: ${least} octets are the least`
          : `${quote(value)} is too large: ${most} octets are the most`
    context.addIssue({ code: 'custom', message })
    return z.NEVER
  })
}

/** The value as a reader would type it. */
export function quote(value: unknown): string {
  return JSON.stringify(value) ?? String(value)
}
