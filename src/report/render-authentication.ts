import type { Behaviour } from './behaviour.ts'
import { cell, table } from './markdown.ts'

/** The scenarios whose observations the page shows. */
const SCENARIOS = ['forwarding', 'sender-rewriting'].map((name) => `scenarios/authentication/${name}.scenario.ts`)

/** docs/authentication.md. */
export function renderAuthentication({ rows, versions }: Behaviour): string {
  const projects = Object.keys(versions)
  const own = rows.filter(({ scenario, name }) => SCENARIOS.includes(scenario) && name.startsWith('forwarded'))
  return `${[
    '# What forwarding keeps of SPF, DKIM, DMARC and ARC',
    '',
    'Made by `mailrig report` from what two scenarios observed: [forwarding](../scenarios/authentication/forwarding.scenario.ts) and',
    '[sender rewriting](../scenarios/authentication/sender-rewriting.scenario.ts). Do not edit.',
    '',
    'A domain signs its mail (DKIM), says which host may send it (SPF), and asks to refuse the rest (DMARC, `p=reject`). Its',
    'message goes to each server, which forwards it to another domain in one of these ways. The table has what the receiver',
    'finds (RFC 8601), and the MAIL FROM that came to it. How a scenario signs messages and holds results against what it expects',
    'is in [scenarios.md](scenarios.md#authentication-of-mail).',
    '',
    table(
      ['', ...projects],
      own.map(({ name, cells }) => [cell(name), ...projects.map((project) => cell(cells[project]?.value ?? '–'))]),
    ),
    '',
    'Read it so: who forwards without changing MAIL FROM fails SPF, because the domain does not know the forwarder. The mail is',
    'good all the same as long as its signature is whole: DMARC asks for one of the two. A list with an owner gives MAIL FROM a',
    'domain of its own, so SPF says nothing of the author then. Whoever encodes the text anew, because the next host does not take',
    '8 bits, breaks the signature; whoever hands it on as it is, does not.',
    '',
    'With SRS (`rewriting.srs` of a [topology](topology.md#rewriting)) MAIL FROM is an address of the forwarder, and SPF passes; DMARC',
    'takes no notice of that, because the domain is not that of the author. Postfix has PostSRSd rewrite each sender of another',
    'domain, whether the mail was forwarded or not. Exim and OpenSMTPD rewrite what they forward themselves.',
  ].join('\n')}\n`
}
