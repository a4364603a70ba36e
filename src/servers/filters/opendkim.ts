import { type FilterServer, settingLines } from './filter-server.ts'
import { trustedFile } from './trusted.ts'

const KEYS = '/etc/mailrig/keys-of-opendkim'
const TRUSTED = '/etc/opendkim/trusted'
const KEY_TABLE = '/etc/opendkim/keys'
const SIGNING_TABLE = '/etc/opendkim/signing'

/** opendkim(8), opendkim.conf(5): signs what trusted clients send, and verifies the rest. */
export const opendkim: FilterServer = {
  name: 'opendkim',
  title: 'OpenDKIM',
  protocol: 'milter',
  ports: [8891],
  user: 'opendkim',
  wanted: ({ filters }) => filters.opendkim !== undefined,
  command: () => 'opendkim -f -x /etc/opendkim.conf',
  files(context) {
    const { filters, host, dkim } = context.topology
    const { sign = [], settings } = filters.opendkim ?? {}
    const signing = sign.map((domain) => ({ domain, selector: dkim[domain]?.selector, path: `${KEYS}/${domain}.pem` }))
    const lines = settingLines(
      {
        Socket: 'inet:8891',
        Syslog: 'yes',
        LogWhy: 'yes',
        // relaxed for both: what Debian proposes; simple breaks of what MTAs put right.
        Canonicalization: 'relaxed/relaxed',
        OversignHeaders: 'From',
        // It asks the root of the DNS otherwise (libunbound).
        Nameservers: context.addresses.dns,
        AuthservID: host,
        InternalHosts: `refile:${TRUSTED}`,
        ExternalIgnoreList: `refile:${TRUSTED}`,
        ...(signing.length === 0
          ? { Mode: 'v' }
          : { Mode: 'sv', KeyTable: `refile:${KEY_TABLE}`, SigningTable: `refile:${SIGNING_TABLE}` }),
      },
      settings,
    )
    return [
      { path: '/etc/opendkim.conf', content: lines },
      { path: TRUSTED, content: trustedFile(context) },
      ...(signing.length === 0
        ? []
        : [
            {
              path: KEY_TABLE,
              content: signing.map((one) => `${one.domain} ${one.domain}:${one.selector}:${one.path}\n`).join(''),
            },
            { path: SIGNING_TABLE, content: signing.map(({ domain }) => `*@${domain} ${domain}\n`).join('') },
            ...signing.map(({ domain, path }) => ({ path, content: context.signingKey(domain), mode: 0o600 })),
          ]),
    ]
  },
}
