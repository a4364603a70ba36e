import { isIPv4 } from 'node:net'

/** Whether a network in the notation of mynetworks has an IPv4 address. */
export function contains(network: string, address: string): boolean {
  const [base = '', bits = '32'] = network.split('/')
  if (!isIPv4(base) || !isIPv4(address)) return false
  const shift = 2 ** (32 - Number(bits))
  return Math.floor(numberOf(base) / shift) === Math.floor(numberOf(address) / shift)
}

function numberOf(address: string): number {
  return address.split('.').reduce((total, octet) => total * 256 + Number(octet), 0)
}
