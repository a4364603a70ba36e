import { type FilterServer, settingLines } from './filter-server.ts'
import { trustedFile } from './trusted.ts'

const TRUSTED = '/etc/opendmarc/trusted'

/** opendmarc(8), opendmarc.conf(5): holds mail against the policy of its author's domain, by the results of others. */
export const opendmarc: FilterServer = {
  name: 'opendmarc',
  title: 'OpenDMARC',
  protocol: 'milter',
  ports: [8893],
  user: 'opendmarc',
  wanted: ({ filters }) => filters.opendmarc !== undefined,
  command: () => 'opendmarc -f -c /etc/opendmarc.conf',
  files(context) {
    const { filters, host } = context.topology
    const { reject = false, settings } = filters.opendmarc ?? {}
    const lines = settingLines(
      {
        Socket: 'inet:8893',
        Syslog: 'true',
        AuthservID: host,
        TrustedAuthservIDs: host,
        RejectFailures: String(reject),
        // Else mail that is refused is held in the queue as well where a policy asks for quarantine.
        HoldQuarantinedMessages: 'false',
        IgnoreHosts: TRUSTED,
        IgnoreAuthenticatedClients: 'true',
        // Asks about SPF itself where nobody before it has.
        SPFSelfValidate: 'true',
        PublicSuffixList: '/usr/share/publicsuffix/public_suffix_list.dat',
      },
      settings,
    )
    return [
      { path: '/etc/opendmarc.conf', content: lines },
      { path: TRUSTED, content: trustedFile(context) },
    ]
  },
}
