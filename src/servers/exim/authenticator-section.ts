import { UnsupportedError } from '../../errors/mailrig-error.ts'
import type { Mechanism } from '../../topology/schema.ts'
import type { RenderContext } from '../rendering.ts'
import { STORE_PORTS } from '../store-ports.ts'
import { accountLookups } from './account-lookups.ts'
import { clientAuthenticators } from './client-authenticators.ts'
import { driver, type EximOption } from './config-text.ts'
import { BY_SUBMISSION } from './submission-ports.ts'

/**
 * `begin authenticators`: the mechanisms that the topology names, on the submission ports. PLAIN (RFC 4616), LOGIN and
 * CRAM-MD5 (RFC 2195) are Exim's own; it has none for SCRAM (RFC 5802) as Debian builds it, and asks Dovecot.
 */
export function authenticatorSection(context: RenderContext): string {
  const { mechanisms } = context.topology.submission
  return [
    'begin authenticators',
    ...mechanisms.map((name) => authenticator(name, context)),
    ...clientAuthenticators(context),
  ].join('\n\n')
}

function authenticator(mechanism: Mechanism, { topology, addresses, storeLacks }: RenderContext): string {
  const accounts = accountLookups(topology, addresses)
  const common: EximOption[] = [
    ['public_name', mechanism],
    [
      'server_advertise_condition',
      topology.submission.authRequiresTls
        ? `\${if and{{${BY_SUBMISSION}}{def:tls_in_cipher}}}`
        : `\${if ${BY_SUBMISSION}}`,
    ],
  ]
  const name = mechanism.toLowerCase().replaceAll('-', '_')
  switch (mechanism) {
    case 'PLAIN':
      return driver(name, [
        ['driver', 'plaintext'],
        ['server_prompts', ':'],
        ['server_condition', isPassword('$auth3', accounts.password('$auth2'))],
        ['server_set_id', '$auth2'],
        ...common,
      ])
    case 'LOGIN':
      return driver(name, [
        ['driver', 'plaintext'],
        ['server_prompts', 'Username:: : Password::'],
        ['server_condition', isPassword('$auth2', accounts.password('$auth1'))],
        ['server_set_id', '$auth1'],
        ...common,
      ])
    case 'CRAM-MD5':
      return driver(name, [
        ['driver', 'cram_md5'],
        ['server_secret', `\${base64d:${accounts.password('$auth1')}}`],
        ['server_set_id', '$auth1'],
        ...common,
      ])
    case 'SCRAM-SHA-1':
    case 'SCRAM-SHA-256':
      if (addresses.store === undefined) {
        throw new UnsupportedError(
          `Exim has ${mechanism} from the mail store alone, and this topology has no mailbox`,
          {
            code: 'EXIM_SCRAM',
            remedy: 'Declare a mailbox, or leave SCRAM out of submission.mechanisms.',
          },
        )
      }
      if (storeLacks?.['sasl-service'] !== undefined) {
        throw new UnsupportedError(`Exim has ${mechanism} from the mail store alone: ${storeLacks['sasl-service']}`, {
          code: 'EXIM_SCRAM',
          remedy: 'Leave SCRAM out of submission.mechanisms.',
        })
      }
      return driver(name, [
        ['driver', 'dovecot'],
        ['server_socket', `${addresses.store} ${STORE_PORTS.sasl}`],
        ['server_set_id', '$auth1'],
        ...common,
      ])
  }
}

/** An identity that the table lacks makes the expansion fail, which is a refusal: no empty password matches it. */
function isPassword(typed: string, expected: string): string {
  return `\${if eq{\${base64:${typed}}}{${expected}}}`
}
