import { z } from 'zod'

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
const DOMAIN = new RegExp(`^${LABEL}(?:\\.${LABEL})+$`)
const DOT_ATOM = /^[A-Za-z0-9!#$%&'*/=?^_`{|}~-]+(?:[.+A-Za-z0-9!#$%&'*/=?^_`{|}~-]+)*$/
const CIDR = /^(?:\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/

/** A fully qualified domain name (RFC 1035 §2.3.1, RFC 1123 §2.1), folded to lower case. */
export const domainName = z
  .string()
  .transform((name) => name.toLowerCase())
  .refine((name) => name.length <= 253 && DOMAIN.test(name), {
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

/** An IPv4 network in CIDR notation (RFC 4632), or the name of one of the rig's own networks. */
export const network = z.string().refine((text) => text === 'lan' || text === 'internet' || CIDR.test(text), {
  error: (issue) => `${quote(issue.input)} is not "lan", "internet" or an IPv4 network such as "192.0.2.0/24"`,
})

/** A Unix account name as Debian's adduser allows it. */
export const accountName = z.string().regex(/^[a-z][a-z0-9_-]{0,31}$/, {
  error: (issue) => `${quote(issue.input)} is not a Unix account name such as "jim" (lower case, at most 32)`,
})

const FACTORS = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 } as const

/** Octets: a number, or one with `K`, `M` or `G` behind it, which are powers of 1024. */
export const octets = z.union([z.int(), z.string()]).transform((value, context) => {
  const [, digits, unit] = /^(\d{1,9})([KMG])?$/.exec(String(value)) ?? []
  const size = Number(digits) * (unit === undefined ? 1 : FACTORS[unit as keyof typeof FACTORS])
  if (size >= 1 && Number.isSafeInteger(size)) return size
  context.addIssue({ code: 'custom', message: `${quote(value)} is no size such as 51200, "50K", "10M" or "1G"` })
  return z.NEVER
})

/** The value as a reader would type it. */
export function quote(value: unknown): string {
  return JSON.stringify(value) ?? String(value)
}
