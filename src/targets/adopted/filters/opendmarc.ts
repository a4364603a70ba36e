import { formatPlace, textOf } from '../source-tree.ts'
import { type Filter, milterAddress, readSettings } from './filter.ts'

const CONFIGURATION = '/etc/opendmarc.conf'

/** OpenDMARC: tells by SPF and DKIM whether the sender's domain stands by a message. opendmarc(8), opendmarc.conf(5). */
export const opendmarc: Filter = {
  name: 'opendmarc',
  configuration: CONFIGURATION,
  packages: () => [],
  address: (tree) => {
    const socket = readSettings(textOf(tree, CONFIGURATION) ?? '').findLast(({ name }) => name === 'socket')
    const address = milterAddress(socket?.value ?? '')
    return socket && address !== undefined
      ? { at: address, from: formatPlace({ file: CONFIGURATION, line: socket.line }) }
      : undefined
  },
  preparations: () => [],
  signs: false,
  start: ['sh', '-c', 'mkdir -p /run/opendmarc && chown opendmarc: /run/opendmarc && opendmarc -c /etc/opendmarc.conf'],
}
