import type { Topology } from '../../topology/topology.ts'
import { ownNames } from '../own-names.ts'
import { list, statement } from './config-text.ts'

/** What strangers have to say in HELO. For the ACL of RCPT, behind those who may relay. */
export function heloStatements(topology: Topology): string[] {
  const denials = {
    fqdn: [`\${if !match{$sender_helo_name}{\\N\\.|^\\[.+\\]$\\N}}`, '550 5.5.2 $sender_helo_name is not a full name'],
    // An address literal is no name.
    resolvable: [
      `\${if and{{!match{$sender_helo_name}{\\N^\\[\\N}}{!def:acl_m_helo}}}`,
      '550 5.7.1 DNS does not know $sender_helo_name',
    ],
    'not-ours': [`\${if inlisti{$sender_helo_name}{${list(ownNames(topology))}}}`, '550 5.7.1 that is my own name'],
  } as const
  return topology.heloChecks.flatMap((check) => {
    const [condition, message] = denials[check]
    const look =
      check === 'resolvable'
        ? [statement('warn', ['set acl_m_helo', `\${lookup dnsdb{>: defer_never,a=$sender_helo_name}}`])]
        : []
    return [...look, statement('deny', ['condition', condition], ['message', message])]
  })
}
