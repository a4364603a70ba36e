const MASK = '***'
const PEM = /-----BEGIN ([A-Z ]+)-----.*?-----END \1-----/gs

/** Every text in the value, however deep, that stands under a key that names a secret. */
export function secretsIn(value: unknown, key = ''): string[] {
  if (typeof value === 'string') return /passw|secret|token/i.test(key) && value !== '' ? [value] : []
  if (Array.isArray(value)) return value.flatMap((item) => secretsIn(item, key))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => secretsIn(inner, name))
}

/** A copy in which the texts under such keys are `***`. */
export function maskedCopy(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return secretsIn(value, key).length > 0 ? MASK : value
  if (Array.isArray(value)) return value.map((item) => maskedCopy(item, key))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, maskedCopy(inner, name)]))
}

/** The text with these secrets masked, and what stands in PEM left out: keys are secret, certificates say nothing. */
export function maskText(text: string, secrets: readonly string[]): string {
  const longestFirst = [...new Set(secrets)].sort((a, b) => b.length - a.length)
  const withoutPem = text.replace(PEM, (_, kind: string) => `-----${kind}, left out-----`)
  return longestFirst.reduce((rest, secret) => rest.replaceAll(secret, MASK), withoutPem)
}

/** A copy in which each text, however deep, is what `change` makes of it. */
export function mapTexts<T>(value: T, change: (text: string) => string): T {
  if (typeof value === 'string') return change(value) as T
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change)) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, mapTexts(inner, change)])) as T
}
