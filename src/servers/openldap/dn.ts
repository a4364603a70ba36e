import { ACCOUNT_DIRECTORY } from '../account-directory.ts'

/** `mail=jim@example.com`: the name of an entry within its branch, its value written as RFC 4514 §2.4 has it. */
export function rdn(attribute: string, value: string): string {
  const escaped = value.replaceAll(/["+,;<=>\\]/g, '\\$&').replace(/^[# ]/, '\\$&')
  return `${attribute}=${escaped}`
}

/** A name as it is in the directory: whole, or without the suffix, which is added then. */
export function wholeDn(dn: string): string {
  const { suffix } = ACCOUNT_DIRECTORY
  return dn === suffix || dn.endsWith(`,${suffix}`) ? dn : `${dn},${suffix}`
}
