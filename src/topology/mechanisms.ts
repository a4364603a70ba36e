/** SASL mechanisms that take a password, by their registered names (IANA, SASL Mechanisms), the plainest first. */
export const PASSWORD_MECHANISMS = ['PLAIN', 'LOGIN', 'CRAM-MD5', 'SCRAM-SHA-1', 'SCRAM-SHA-256'] as const

/** Those of them that take one reply or two, which the upstreams and session files speak. */
export const SIMPLE_MECHANISMS = ['PLAIN', 'LOGIN', 'CRAM-MD5'] as const
