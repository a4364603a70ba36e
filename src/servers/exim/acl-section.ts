import type { Topology } from '../../topology/topology.ts'
import type { RenderContext } from '../rendering.ts'
import { refusingMailboxes } from '../store-quota.ts'
import { accessStatements } from './access-rules.ts'
import { type EximOption, statement } from './config-text.ts'
import { heloStatements } from './helo.ts'
import { PATHS } from './paths.ts'
import { eximOf } from './releases.ts'
import { BY_SUBMISSION } from './submission-ports.ts'

/** `begin acl`: Debian's checks in Debian's order and words, and what the topology adds. */
export function aclSection(context: RenderContext): string {
  const { topology, addresses } = context
  const native = topology.native.exim
  const access = accessStatements(topology, addresses)
  return [
    'begin acl',
    acl('acl_check_mail', [...mailStatements(topology), statement('accept')]),
    acl('acl_check_rcpt', [
      ...(native?.acl_rcpt ?? []),
      // Not by TCP: submitted on the host.
      statement('accept', ['hosts', ':'], ['control', 'dkim_disable_verify']),
      statement(
        'deny',
        ['domains', '+our_domains'],
        ['local_parts', '^[.] : ^.*[@%!/|`#&?]'],
        ['message', 'restricted characters in address'],
      ),
      statement(
        'deny',
        ['domains', '!+our_domains'],
        ['local_parts', '^[./|] : ^.*[@%!`#&?] : ^.*/\\\\.\\\\./'],
        ['message', 'restricted characters in address'],
      ),
      ...access.refuse,
      statement('accept', ['local_parts', 'postmaster'], ['domains', '+local_domains : +relay_to_domains']),
      statement(
        'accept',
        ['hosts', '+relay_from_hosts'],
        ['control', 'submission/sender_retain'],
        ['control', 'dkim_disable_verify'],
      ),
      statement(
        'accept',
        ['authenticated', '*'],
        ['control', 'submission/sender_retain'],
        ['control', 'dkim_disable_verify'],
      ),
      ...access.relay,
      ...blocklistStatements(topology),
      ...heloStatements(topology),
      statement(
        'require',
        ['message', 'relay not permitted'],
        ['domains', '+our_domains : +relay_to_domains : +renamed_domains'],
      ),
      statement('require', ['verify', 'recipient']),
      ...quotaStatements(context),
      statement('accept'),
    ]),
    acl('acl_check_data', [
      ...(native?.acl_data ?? []),
      statement(
        'deny',
        ['condition', `\${if > {$max_received_linelength}{998}}`],
        ['message', 'maximum allowed line length is 998 octets, got $max_received_linelength'],
      ),
      statement(
        'deny',
        ['!verify', 'header_syntax'],
        ['message', 'header syntax'],
        ['log_message', 'header syntax ($acl_verify_message)'],
      ),
      statement('accept'),
    ]),
  ].join('\n\n')
}

const NOT_OWN = `\${if !inlisti{$sender_address}{\${lookup{$authenticated_id}lsearch{${PATHS.ownSenders}}}}}`

const LISTED = `$sender_host_address is listed at $dnslist_domain\${if def:dnslist_text{: $dnslist_text}}`

/** DNS blocklists, asked about clients that are neither trusted nor logged in. */
function blocklistStatements({ dnsbl }: Topology): string[] {
  return Object.entries(dnsbl)
    .filter(([, { asked }]) => asked)
    .map(([list, { codes }]) =>
      statement('deny', ['dnslists', codes === undefined ? list : `${list}=${codes.join(',')}`], ['message', LISTED]),
    )
}

/**
 * Is the mailbox full? The mail store is asked in an LMTP dialogue that ends after RCPT, the files of Unix accounts are
 * looked at where Exim can (Exim specification §44.49). Nothing is remembered, and a store that gives no answer refuses nobody.
 */
function quotaStatements({ topology, addresses, release }: RenderContext): string[] {
  const statements: string[] = []
  if (topology.local?.mailboxQuota !== undefined && eximOf(release).verifiesQuota) {
    statements.push(
      statement('deny', ['domains', '+local_domains'], ['!verify', 'recipient/quota=no_cache'], FULL_FILE),
    )
  }
  if (addresses.store !== undefined && refusingMailboxes(topology).length > 0) {
    statements.push(
      statement(
        'deny',
        ['domains', '+mailbox_domains : +virtual_alias_domains'],
        ['!verify', 'recipient/callout=10s,defer_ok,no_cache'],
        FULL_IN_STORE,
      ),
    )
  }
  return statements
}

const FULL = '{552 5.2.2 Mailbox is full}{$acl_verify_message}'
/** Exim says 550 to whatever does not verify, and has no words for a full mailbox of its own. */
const FULL_FILE: EximOption = ['message', `\${if eq{$recipient_verify_failure}{quota}${FULL}}`]
/** What the store says at RCPT is in the message (RFC 3463 §3.3). */
const FULL_IN_STORE: EximOption = ['message', `\${if match{$acl_verify_message}{5[.]2[.]2}${FULL}}`]

function mailStatements({ tls, submission, limits }: Topology): string[] {
  const required = (mode: Topology['tls']) => (mode === 'required' ? 'true' : 'false')
  return [
    // RFC 3207 §4 has the code and the words.
    ...(tls === 'required' || submission.tls === 'required'
      ? [
          statement(
            'deny',
            tls === submission.tls
              ? undefined
              : ['condition', `\${if eq{$received_port}{587}{${required(submission.tls)}}{${required(tls)}}}`],
            ['!hosts', ':'],
            ['!encrypted', '*'],
            ['message', '530 5.7.0 Must issue a STARTTLS command first'],
          ),
        ]
      : []),
    ...(submission.senders === 'own'
      ? [
          statement(
            'deny',
            ['authenticated', '*'],
            ['condition', NOT_OWN],
            ['message', '553 5.7.1 $sender_address is not an address of $authenticated_id'],
          ),
        ]
      : []),
    ...(limits.messageRate === undefined
      ? []
      : [
          statement(
            'defer',
            ['hosts', '!+relay_from_hosts : !:'],
            ['ratelimit', `${limits.messageRate} / 1m / strict / per_mail`],
            ['message', '450 4.7.1 too much mail from $sender_host_address'],
          ),
        ]),
    // RFC 6409 §4.3: a submission server takes mail from those it knows.
    statement(
      'deny',
      ['condition', `\${if ${BY_SUBMISSION}}`],
      ['!hosts', ': +relay_from_hosts'],
      ['!authenticated', '*'],
      ['message', '530 5.7.0 Authentication required'],
    ),
  ]
}

function acl(name: string, statements: readonly string[]): string {
  return [`${name}:`, ...statements].join('\n')
}
