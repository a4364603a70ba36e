import type { TopologyInput } from '../src/topology/schema.ts'

const FOLDERS = ['Sent', 'Drafts', 'Trash'].map(
  (name) => `  mailbox ${name} {\n    special_use = \\${name}\n    auto = create\n  }`,
)

/** A server of a usual kind, as mailrig renders it, without anything that the checklist knows to be wrong. */
export const CHECKED: TopologyInput = {
  domains: {
    'example.com': {
      mailboxes: {
        jim: { password: 'jims own' },
        petra: { password: 'petras own' },
        full: { password: 'fulls own', quota: { storage: '100K' } },
      },
      aliases: {
        postmaster: 'jim',
        abuse: 'petra',
        sales: ['jim', 'petra'],
        away: 'forwarded@elsewhere.example',
      },
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
      'main.cf': {
        // Its store offers no SMTPUTF8.
        smtputf8_enable: 'no',
        smtpd_forbid_bare_newline: 'normalize',
        disable_vrfy_command: 'yes',
      },
    },
    sendmail: { mc: ["define(`confPRIVACY_FLAGS', `authwarnings,novrfy,noexpn')dnl"] },
    dovecot: { conf: ['namespace inbox {', ...FOLDERS, '}'] },
  },
  store: { tls: 'required' },
}

export const RELAYED_BY_SMARTHOST: TopologyInput = {
  domains: { 'example.com': { mailboxes: ['jim'] } },
  smarthost: 'upstream',
  upstreams: ['upstream', 'other'],
}
