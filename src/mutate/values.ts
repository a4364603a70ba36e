/** A value of a setting, changed, and how. */
export interface ChangedValue {
  value: string
  operator: string
  /** Goes on after the name of the setting, e.g. `is no, not yes`. */
  what: string
}

const OPPOSITE: Readonly<Record<string, string>> = { yes: 'no', no: 'yes', true: 'false', false: 'true' }

/** `yes` → `no`, `True` → `False`. */
export function flipped(value: string): ChangedValue[] {
  const other = OPPOSITE[value.toLowerCase()]
  if (other === undefined) return []
  const said = /^[A-Z]/.test(value) ? other.charAt(0).toUpperCase() + other.slice(1) : other
  return [{ value: said, operator: 'flip', what: `is ${said}, not ${value}` }]
}

/** A number with a unit or without, such as `10`, `5d`, `50M`: doubled, halved, zero. */
export function otherNumbers(value: string): ChangedValue[] {
  const [, digits, unit = ''] = /^(\d{1,15})(\s?[a-zA-Z]{0,5}%?)$/.exec(value) ?? []
  if (digits === undefined) return []
  const number = Number(digits)
  const changed = (other: number, operator: string): ChangedValue => ({
    value: `${other}${unit}`,
    operator,
    what: `is ${other}${unit}, not ${value}`,
  })
  return [
    ...(number > 0 ? [changed(number * 2, 'double')] : [changed(1, 'not-zero')]),
    ...(number > 1 ? [changed(Math.floor(number / 2), 'halve')] : []),
    ...(number > 0 ? [changed(0, 'zero')] : []),
  ]
}

/** IPv4 networks and addresses in a value, each opened by up to eight bits: 192.0.2.0/24 → 192.0.0.0/16. */
export function openedNetworks(value: string): ChangedValue[] {
  return [...value.matchAll(/(?<![\d.])(\d{1,3}(?:\.\d{1,3}){3})\/(\d{1,2})(?![\d.])/g)].flatMap((match) => {
    const [whole, address = '', bits = ''] = match
    const length = Number(bits)
    if (length === 0 || length > 32) return []
    const shorter = Math.max(0, length - 8)
    const network = `${masked(address, shorter)}/${shorter}`
    const at = match.index
    return [
      {
        value: value.slice(0, at) + network + value.slice(at + whole.length),
        operator: 'open-network',
        what: `has ${network}, not ${whole}`,
      },
    ]
  })
}

function masked(address: string, length: number): string {
  const number = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0)
  const hosts = 2 ** (32 - length)
  const network = Math.floor(number / hosts) * hosts
  return [24, 16, 8, 0].map((shift) => Math.floor(network / 2 ** shift) % 256).join('.')
}

/** The elements of a list, each left out once; the list must have two. `separator` joins what is left. */
export function withoutOne(elements: readonly string[], separator: string): ChangedValue[] {
  if (elements.length < 2) return []
  return elements.map((element, index) => ({
    value: elements.filter((_, other) => other !== index).join(separator),
    operator: 'drop-element',
    what: `has no ${element}`,
  }))
}

/** Two neighbours of a list that counts in order, swapped. */
export function swappedNeighbours(elements: readonly string[], separator: string): ChangedValue[] {
  return elements.slice(1).flatMap((second, index) => {
    const first = elements[index]
    if (first === undefined || first === second) return []
    const value = [...elements.slice(0, index), second, first, ...elements.slice(index + 2)].join(separator)
    return [{ value, operator: 'swap', what: `has ${second} before ${first}` }]
  })
}
