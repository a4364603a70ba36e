import type { Adoption } from '../adoption.ts'

/** What is known of configurations of OpenSMTPD that mailrig did not render. */
export const adoption: Adoption = { packages: ['opensmtpd'] }
