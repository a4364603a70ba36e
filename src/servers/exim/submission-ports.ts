/** For the string expander: whether the client came by a port of submission, with STARTTLS (RFC 6409) or TLS (RFC 8314). */
export const BY_SUBMISSION = 'or{{eq{$received_port}{587}}{eq{$received_port}{465}}}'

/** Whether it came by the one where TLS begins with the first octet. */
export const TLS_ON_CONNECT_PORT = 465
