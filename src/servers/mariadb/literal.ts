/**
 * A value as it stands in a statement. A text is written by its octets: a backslash means something in MariaDB, and what
 * a quotation mark means depends on settings.
 */
export function literal(value: string | number | bigint | boolean | null): string {
  if (value === null) return 'NULL'
  if (typeof value !== 'string') return String(value)
  return value === '' ? "''" : `CONVERT(x'${Buffer.from(value).toString('hex')}' USING utf8mb4)`
}

/** The same for people to read, where the text is known to be harmless otherwise: of a topology. */
export function quoted(value: string | number | null): string {
  if (typeof value !== 'string') return literal(value)
  return `'${value.replaceAll(/['\\]/g, '\\$&')}'`
}
