import type { TopologyInput } from '../src/topology/schema.ts'
export const HEALTHY: TopologyInput = {
  domains: {
    'example.com': {
      mailboxes: {
        jim: { password: 'jims own' },
        petra: { password: 'petras own' },
        full: { quota: { storage: '100K' } },
      },
      aliases: { postmaster: 'jim', abuse: 'petra', sales: ['jim', 'petra'], away: 'forwarded@elsewhere.example' },
    },
    'example.net': {
      mailboxes: { jim: { password: 'another' } },
      aliases: { postmaster: 'jim', abuse: 'jim' },
      catchAll: 'jim',
    },
  },
  trustedNetworks: ['lan'],
  limits: { messageSize: '1M' },
  submission: { tls: 'required' },
  native: {
    postfix: {
      'main.cf': { smtputf8_enable: 'no', smtpd_forbid_bare_newline: 'normalize', disable_vrfy_command: 'yes' },
    },
    sendmail: { mc: ["define(`confPRIVACY_FLAGS', `authwarnings,novrfy,noexpn')dnl"] },
  },
  store: { tls: 'required' },
}
