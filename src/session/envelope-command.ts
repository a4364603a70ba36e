/** Envelope parameters: `SIZE=1000`, a list of such, or `{ SIZE: 1000, BODY: '8BITMIME', SMTPUTF8: true }`. */
export type EsmtpParams = string | readonly string[] | Readonly<Record<string, string | number | true>>

/** `MAIL FROM:<…>` with its parameters (RFC 5321 §4.1.1.2). A path in brackets stays as it is; '' is the null path. */
export function mailCommand(reversePath: string, params?: EsmtpParams): string {
  return `MAIL FROM:${bracketed(reversePath)}${formatParams(params)}`
}

/** `RCPT TO:<…>` with its parameters (RFC 5321 §4.1.1.3). */
export function rcptCommand(path: string, params?: EsmtpParams): string {
  return `RCPT TO:${bracketed(path)}${formatParams(params)}`
}

function bracketed(path: string): string {
  return path.startsWith('<') ? path : `<${path}>`
}

function formatParams(params: EsmtpParams | undefined): string {
  if (params === undefined || params === '') return ''
  if (typeof params === 'string') return ` ${params}`
  const words = isList(params)
    ? params
    : Object.entries(params).map(([keyword, value]) => (value === true ? keyword : `${keyword}=${value}`))
  return words.map((word) => ` ${word}`).join('')
}

function isList(params: EsmtpParams): params is readonly string[] {
  return Array.isArray(params)
}
