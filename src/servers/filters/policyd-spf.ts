import { type FilterServer, settingLines } from './filter-server.ts'
import { trustedClients } from './trusted.ts'

const CONFIGURATION = '/etc/postfix-policyd-spf-python/policyd-spf.conf'

/** policyd-spf(1), policyd-spf.conf(5). Postfix runs one for each connection by spawn(8); here socat(1) does, for all. */
export const policydSpf: FilterServer = {
  name: 'policyd-spf',
  title: 'policyd-spf',
  protocol: 'policy',
  ports: [10031],
  user: 'policyd-spf',
  wanted: ({ filters }) => filters['policyd-spf'] !== undefined,
  command: () => `socat TCP-LISTEN:10031,reuseaddr,fork,backlog=128 'EXEC:policyd-spf ${CONFIGURATION}'`,
  files(context) {
    const { filters, host } = context.topology
    const { reject = true, settings } = filters['policyd-spf'] ?? {}
    const lines = settingLines(
      {
        debugLevel: 1,
        HELO_reject: reject ? 'Fail' : 'False',
        Mail_From_reject: reject ? 'Fail' : 'False',
        PermError_reject: 'False',
        TempError_Defer: 'False',
        skip_addresses: trustedClients(context).join(','),
        // Authentication-Results (RFC 8601), which OpenDMARC reads; its default is Received-SPF (RFC 7208 §9.1).
        Header_Type: 'AR',
        Authserv_Id: host,
      },
      settings,
      ' = ',
    )
    return [{ path: CONFIGURATION, content: lines }]
  },
}
