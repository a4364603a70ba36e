/** A text as smtpd.conf(5) writes it. */
export function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}

/** `table <name> { … }` of values, and how rules name it. */
export function listTable(name: string, values: readonly string[]): string {
  return `table ${name} { ${values.map(quoted).join(', ')} }`
}
