import type { Topology } from '../../topology/topology.ts'
import { driver, type EximOption } from './config-text.ts'
import { PATHS } from './paths.ts'

/**
 * `begin authenticators`: PLAIN (RFC 4616) and LOGIN on the submission port. In the clear too, unless the topology
 * requires TLS; Debian's examples want TLS always.
 */
export function authenticatorSection(topology: Topology): string {
  const where = '{eq{$received_port}{587}}'
  const advertise: EximOption = [
    'server_advertise_condition',
    topology.tls === 'required' ? `\${if and{${where}{def:tls_in_cipher}}}` : `\${if eq{$received_port}{587}}`,
  ]
  return [
    'begin authenticators',
    driver('plain', [
      ['driver', 'plaintext'],
      ['public_name', 'PLAIN'],
      ['server_prompts', ':'],
      ['server_condition', passwordOf('$auth2', '$auth3')],
      ['server_set_id', '$auth2'],
      advertise,
    ]),
    driver('login', [
      ['driver', 'plaintext'],
      ['public_name', 'LOGIN'],
      ['server_prompts', 'Username:: : Password::'],
      ['server_condition', passwordOf('$auth1', '$auth2')],
      ['server_set_id', '$auth1'],
      advertise,
    ]),
  ].join('\n\n')
}

/** An identity that the table lacks makes the expansion fail, which is a refusal: no empty password matches it. */
function passwordOf(identity: string, password: string): string {
  return `\${if eq{\${base64:${password}}}{\${lookup{${identity}}lsearch{${PATHS.passwords}}{$value}fail}}}`
}
