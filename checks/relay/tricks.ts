import type { Check, CheckContext } from 'mailrig/check'
import {
  bangPath,
  elsewhereBy,
  ownDomain,
  RELAY_SETTINGS,
  type RelayAttempt,
  relaysNone,
  target,
} from './relays-none.ts'

/** A check that no way of writing an address makes the server relay. */
function trick(
  id: string,
  what: string,
  reason: string,
  source: string,
  paths: (t: CheckContext) => readonly string[],
): Check {
  return {
    id: `relay-refused-${id}`,
    title: `A stranger cannot relay by ${what}`,
    reason,
    source,
    severity: 'fault',
    settings: RELAY_SETTINGS,
    run: (t) =>
      relaysNone(
        t,
        paths(t).map((to): RelayAttempt => ({ to })),
      ),
  }
}

/** An address literal of the place where the server answers. */
function literal(t: CheckContext): string {
  return `[${t.place('smtp', t.stranger).host}]`
}

export default [
  trick(
    'percent-hack',
    'the percent hack',
    'In `user%other@own` some servers read another address behind the own domain. To the relaying rules it looks local.',
    'RFC 1123 5.2.16; RFC 2505 2.11; nmap smtp-open-relay',
    (t) => [
      `${elsewhereBy(t, '%')}@${ownDomain(t)}`,
      `${elsewhereBy(t, '%')}@${t.facts.host}`,
      `${elsewhereBy(t, '%')}@${literal(t)}`,
    ],
  ),
  trick(
    'percent-without-domain',
    'the percent hack without a domain',
    'An address without `@` is completed by the server with its own domain. A `%` in it then leads away again.',
    'RFC 1123 5.2.16; nmap smtp-open-relay',
    (t) => [elsewhereBy(t, '%')],
  ),
  trick(
    'quoted-percent',
    'the percent hack in quotes',
    'Quotes hide the address behind the own domain from a rule that looks at the text. They are taken off when mail is routed.',
    'RFC 5321 4.1.2; nmap smtp-open-relay',
    (t) => [`"${elsewhereBy(t, '%')}"`, `"${elsewhereBy(t, '%')}"@${ownDomain(t)}`],
  ),
  trick(
    'quoted-address',
    'an address in quotes',
    'A whole address can stand in quotes before the own domain. A server that takes the quotes off sends it on.',
    'RFC 5321 4.1.2; nmap smtp-open-relay',
    (t) => [
      `"${elsewhereBy(t, '@')}"`,
      `"${elsewhereBy(t, '@')}"@${ownDomain(t)}`,
      `"${elsewhereBy(t, '@')}"@${literal(t)}`,
    ],
  ),
  trick(
    'two-at-signs',
    'two at signs',
    'In `user@other@own` one part of a server reads the last domain, and another the first. Then rules and routing disagree.',
    'RFC 5321 4.1.2; nmap smtp-open-relay',
    (t) => [
      `${elsewhereBy(t, '@')}@${ownDomain(t)}`,
      `${elsewhereBy(t, '@')}@${t.facts.host}`,
      `${elsewhereBy(t, '@')}@${literal(t)}`,
    ],
  ),
  trick(
    'source-route',
    'a source route',
    'RFC 821 let the client name the way of a message. Servers must understand that form, and should not go that way.',
    'RFC 5321 3.6.1, appendix C; nmap smtp-open-relay',
    (t) => [
      `@${ownDomain(t)}:${elsewhereBy(t, '@')}`,
      `@${t.facts.host}:${elsewhereBy(t, '@')}`,
      `@client.example,@${ownDomain(t)}:${elsewhereBy(t, '@')}`,
      `@${literal(t)}:${elsewhereBy(t, '@')}`,
    ],
  ),
  trick(
    'bang-path',
    'a bang path',
    'UUCP wrote `host!user`. Some servers still turn that into an address of the other host.',
    'RFC 976 2.4; nmap smtp-open-relay',
    (t) => [bangPath(t), `${bangPath(t)}@${ownDomain(t)}`, `${bangPath(t)}@${literal(t)}`],
  ),
  trick(
    'mixed-paths',
    'a bang path inside another form',
    'What each rule catches alone may pass where two forms are mixed. The server has to refuse what it does not know.',
    'RFC 2505 2.11; relaytest(1)',
    (t) => [`${ownDomain(t)}!${elsewhereBy(t, '@')}`, `@${ownDomain(t)}:${elsewhereBy(t, '%')}@${ownDomain(t)}`],
  ),
  trick(
    'address-literal',
    'an address literal',
    'A recipient may be at `[192.0.2.1]`, without any domain. Rules that compare domains see none to refuse.',
    'RFC 5321 4.1.3',
    // Where nobody answers, a server that is an open relay tries for half a minute.
    (t) => [`${target(t)}@[${t.elsewhere.address ?? '192.0.2.1'}]`],
  ),
] satisfies Check[]
