import type { Adoption } from '../adoption.ts'

/** What is known of configurations of Postfix that mailrig did not render. */
export const adoption: Adoption = {
  packages: ['postfix'],
  jails: ['/var/spool/postfix'],
  // A file younger than two seconds: every program of Postfix would wait that out.
  distrustsNew: '/etc/postfix',
  trust: ['mynetworks'],
}
