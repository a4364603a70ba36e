/**
 * Hides secrets in all that may be shown of an error: its message, its stack, what stands in it beside, and the same of what
 * caused it. What a server says may hold a secret, and test runners show causes, too.
 */
export function maskError(error: unknown, mask: (text: string) => string): void {
  if (!(error instanceof Error)) return
  error.message = mask(error.message)
  if (error.stack !== undefined) error.stack = mask(error.stack)
  for (const [name, value] of Object.entries(error)) {
    if (typeof value === 'string') Object.assign(error, { [name]: mask(value) })
    else if (Array.isArray(value)) Object.assign(error, { [name]: value.map((one) => masked(one, mask)) })
  }
  maskError(error.cause, mask)
}

function masked(value: unknown, mask: (text: string) => string): unknown {
  return typeof value === 'string' ? mask(value) : value
}
