import { type Filter, socketIn } from './filter.ts'

const CONFIGURATION = '/etc/opendmarc.conf'

/** OpenDMARC: tells by SPF and DKIM whether the sender's domain stands by a message. opendmarc(8), opendmarc.conf(5). */
export const opendmarc: Filter = {
  name: 'opendmarc',
  configuration: CONFIGURATION,
  packages: () => [],
  address: (tree) => socketIn(tree, CONFIGURATION),
  preparations: () => [],
  signs: false,
  start: ['sh', '-c', 'mkdir -p /run/opendmarc && chown opendmarc: /run/opendmarc && opendmarc -c /etc/opendmarc.conf'],
}
