import { answer } from '../dns/answer.ts'
import type { Zone } from '../dns/zone.ts'

type Records = string[] | string[][]

/** What looks names up in the DNS of a rig and nowhere else, as mailauth and node:dns have it. */
export function zoneResolver(zone: Zone): (name: string, type: string) => Promise<Records> {
  return async (name, type) => {
    const { rcode, answers, fault } = answer(zone, { name, type })
    if (fault === 'timeout') throw failed(name, type, 'ETIMEOUT')
    if (rcode === 'NXDOMAIN') throw failed(name, type, 'ENOTFOUND')
    if (rcode !== 'NOERROR') throw failed(name, type, `E${rcode}`)
    const found = answers.flatMap((record): unknown[] => {
      if (record.type !== type) return []
      if (record.type === 'TXT') return [[record.data].flat().map((part) => part.toString())]
      if (record.type === 'MX') return [{ priority: record.data.preference ?? 0, exchange: record.data.exchange }]
      return 'data' in record ? [record.data] : []
    })
    if (found.length === 0) throw failed(name, type, 'ENODATA')
    return found as Records
  }
}

function failed(name: string, type: string, code: string): Error {
  return Object.assign(new Error(`query${type} ${code} ${name}`), { code })
}
