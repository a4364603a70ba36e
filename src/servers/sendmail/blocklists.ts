import type { Topology } from '../../topology/topology.ts'

/**
 * Lines of sendmail.mc by which DNS blocklists are asked about clients that are neither trusted nor logged in. An answer
 * is one more argument, and without any every answer counts; `t` would put clients off where a list cannot be asked.
 *
 * @see cf/README of sendmail, FEATURE(`enhdnsbl')
 */
export function blocklistLines({ dnsbl }: Topology): string[] {
  return Object.entries(dnsbl)
    .filter(([, { asked }]) => asked)
    .map(([list, { codes = [] }]) => {
      const message = `"550 5.7.1 " $&{client_addr} " is listed at ${list}"`
      const answers = codes.map((code) => `, \`${code}.'`).join('')
      return `FEATURE(\`enhdnsbl', \`${list}', \`${message}', \`'${answers})dnl`
    })
}
