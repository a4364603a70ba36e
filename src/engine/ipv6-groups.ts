/**
 * The eight groups of an IPv6 address, four digits each, with the zeros that `::` leaves out (RFC 4291 §2.2).
 *
 * @example
 * ipv6Groups('fd00:c612:7::1') // ['fd00', 'c612', '0007', '0000', '0000', '0000', '0000', '0001']
 */
export function ipv6Groups(address: string): string[] {
  const [head = '', tail] = address.split('::')
  const groups = (text = '') => text.split(':').filter((group) => group !== '')
  const left = 8 - groups(head).length - groups(tail).length
  const zeros = tail === undefined ? [] : Array.from({ length: left }, () => '0')
  return [...groups(head), ...zeros, ...groups(tail)].map((group) => group.padStart(4, '0'))
}
