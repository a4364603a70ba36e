/** Services of an MTA: `submission` is port 587 (RFC 6409), `submissions` port 465, with TLS from the first octet (RFC 8314). */
export const SERVICE_PORTS = { smtp: 25, submission: 587, submissions: 465 } as const
export type Service = keyof typeof SERVICE_PORTS
