/**
 * The name of the alias that stands for an address with several recipients: a virtusertable entry has one value, so it
 * points to an alias of this name, which has the list.
 *
 * @example
 * listName('sales', 'example.com') // 'sales=example.com'
 */
export function listName(localPart: string, domain: string): string {
  const safe = localPart.replace(/[^A-Za-z0-9._-]/g, (char) => `=${char.charCodeAt(0).toString(16)}`)
  return `${safe.toLowerCase()}=${domain}`
}
