/** The store's ports, of which MTA adapters render the client side. RFC 2033 gives LMTP no port; 24 is the usual one. */
export const STORE_PORTS = {
  lmtp: 24,
  imap: 143,
  imaps: 993,
  pop3: 110,
  pop3s: 995,
  managesieve: 4190,
  /** Dovecot's SASL service for Postfix (and Exim's dovecot authenticator). */
  sasl: 12345,
  /** Dovecot's quota-status policy service. */
  quotaStatus: 12340,
} as const
