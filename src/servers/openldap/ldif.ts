import type { DirectoryAttributes, DirectoryEntry } from '../directory-entry.ts'

/** A record that adds an entry (RFC 2849). */
export function addition(dn: string, attributes: DirectoryAttributes): string {
  return record(dn, 'add', linesOf(attributes))
}

/** A record that gives attributes other values; an attribute without a value goes. */
export function modification(dn: string, attributes: DirectoryAttributes): string {
  return record(
    dn,
    'modify',
    Object.entries(attributes).flatMap(([name, values]) => [`replace: ${name}`, ...linesOf({ [name]: values }), '-']),
  )
}

export function deletion(dn: string): string {
  return record(dn, 'delete', [])
}

function record(dn: string, type: string, lines: readonly string[]): string {
  return [line('dn', dn), `changetype: ${type}`, ...lines, '', ''].join('\n')
}

function linesOf(attributes: DirectoryAttributes): string[] {
  return Object.entries(attributes).flatMap(([name, values]) => [values].flat().map((value) => line(name, value)))
}

/** In base64 where the value is no SAFE-STRING of RFC 2849. */
function line(name: string, value: string): string {
  if (/^(?:[!-9;=-~][ -~]*[!-~]|[!-9;=-~])$/.test(value)) return `${name}: ${value}`
  return `${name}:: ${Buffer.from(value).toString('base64')}`
}

/** Reads entries of LDIF whose lines are not folded. */
export function readEntries(ldif: string): DirectoryEntry[] {
  return ldif.split(/\n{2,}/).flatMap((text) => {
    const attributes: Record<string, string[]> = {}
    for (const [, name = '', encoded, value = ''] of text.matchAll(/^([^\s:#][^:]*):(:?) ?(.*)$/gm)) {
      attributes[name] ??= []
      attributes[name].push(encoded ? Buffer.from(value, 'base64').toString() : value)
    }
    const { dn, ...others } = attributes
    return dn?.[0] === undefined ? [] : [{ dn: dn[0], attributes: others }]
  })
}
