// Where mail stores rightly differ, in their words: what a scenario expects of each.

interface StoreWords {
  /** The answer to a login that fails (RFC 9051 §6.2.3, RFC 1939 §7). */
  refusedLogin: { imap: { code?: string; text: string }; pop3: string }
  /** The same where the client names a mechanism (SASL, RFC 9051 §6.2.2, RFC 5034 §4). */
  refusedMechanism: { imap: { code?: string; text: string }; pop3: string }
  /** The answer to a password in the clear, before TLS. */
  refusedBeforeTls: { imap: { code: string } | { text: string }; pop3: RegExp }
  /** POP3's answer about a message that is marked as deleted. */
  deletedMessage: RegExp
  /** LMTP's answer to an unknown recipient. */
  unknownRecipient: [code: string, text: string]
  /** How its delivery agent ends for an unknown user (sysexits.h). */
  exitForUnknownUser: number
  /** LMTP's answer to a message, for one recipient. */
  saved(address: string): [code: string, text: RegExp]
  receivedByLmtp: RegExp
  /** Octets → octets, in units of 1024: RFC 9208 does not say how to round. */
  quotaUsed(octets: number): number
  /** ManageSieve's answer to a script that uses `fileinto` in line 2 and does not require it. */
  fileintoNotRequired: RegExp
  /**
   * RFC 5230 §4.2 lets an answer be sent once for each action and sender. Whether Sieve's `vacation` answers a sender once
   * more who writes to another of the user's addresses.
   */
  answersForEachAddress: boolean
}

const WORDS: Readonly<Record<string, StoreWords>> = {
  dovecot: {
    refusedLogin: {
      imap: { code: 'AUTHENTICATIONFAILED', text: 'Authentication failed.' },
      pop3: '[AUTH] Authentication failed.',
    },
    refusedMechanism: {
      imap: { code: 'AUTHENTICATIONFAILED', text: 'Authentication failed.' },
      pop3: '[AUTH] Authentication failed.',
    },
    refusedBeforeTls: { imap: { code: 'PRIVACYREQUIRED' }, pop3: /SSL|TLS/ },
    deletedMessage: /deleted/,
    unknownRecipient: ['550 5.1.1', '<nobody@example.com>'],
    exitForUnknownUser: 67,
    saved: (address) => ['250 2.0.0', new RegExp(`<${address.replace(/[.+]/g, '\\$&')}> \\S+ Saved$`)],
    receivedByLmtp: /^Received: from mx\.example\.com .*\r\n\s+by store\.rig\.test with LMTP\b/m,
    quotaUsed: (octets) => Math.ceil(octets / 1024) * 1024,
    fileintoNotRequired: /line 2: error: .*fileinto/,
    answersForEachAddress: false,
  },
  cyrus: {
    refusedLogin: { imap: { text: 'Login failed: authentication failure' }, pop3: '[AUTH] Invalid login' },
    refusedMechanism: {
      imap: { text: 'authentication failure' },
      pop3: '[AUTH] authenticating: authentication failure',
    },
    refusedBeforeTls: { imap: { text: 'Login only available under a layer' }, pop3: /only available under a layer/ },
    deletedMessage: /No such message/,
    // The code of three numbers stands in the last line alone.
    unknownRecipient: ['550', '5.1.1 User unknown'],
    exitForUnknownUser: 65,
    saved: () => ['250 2.1.5', /\bSuccess\b/],
    receivedByLmtp: /^Received: from mx\.example\.com .*\r\n(?:\s+\(.*\r\n)?\s+by \S+ \(Cyrus .*with LMTP/m,
    quotaUsed: (octets) => Math.floor(octets / 1024) * 1024,
    fileintoNotRequired: /line 2: fileinto .*require/,
    answersForEachAddress: true,
  },
}

export function wordsOf({ name }: { name: string }): StoreWords {
  const words = WORDS[name]
  if (words === undefined) throw new Error(`nobody has written down the words of ${name}`)
  return words
}
