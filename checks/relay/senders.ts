import type { Check } from 'mailrig/check'
import { elsewhereBy, ownDomain, RELAY_SETTINGS, relaysNone } from './relays-none.ts'

export default [
  {
    id: 'relay-refused-null-sender',
    title: 'A stranger cannot relay with the null sender',
    reason:
      'Every server must take bounces, whose sender is empty. Who makes an exception from relaying rules for them has an open relay.',
    source: 'RFC 5321 4.5.5; RFC 2505 2.4',
    severity: 'fault',
    settings: RELAY_SETTINGS,
    run: (t) => relaysNone(t, [{ from: '', to: elsewhereBy(t, '@') }]),
  },
  {
    id: 'relay-refused-own-sender',
    title: 'A stranger cannot relay with a sender of the server’s own domain',
    reason:
      'Anybody can write any sender. A rule that trusts senders of the own domain is an open relay for who knows the domain.',
    source: 'RFC 5321 7.1; postconf(5) permit_mynetworks; nmap smtp-open-relay',
    severity: 'fault',
    settings: RELAY_SETTINGS,
    run: (t) => {
      const account = t.facts.accounts[0]?.address ?? `postmaster@${ownDomain(t)}`
      return relaysNone(
        t,
        [account, `postmaster@${ownDomain(t)}`, `spam@${t.facts.host}`].map((from) => ({
          from,
          to: elsewhereBy(t, '@'),
        })),
      )
    },
  },
  {
    id: 'relay-refused-local-sender',
    title: 'A stranger cannot relay with a sender that looks local',
    reason:
      'Senders such as root@localhost, or without a domain, look like mail of the host itself. They come from anybody.',
    source: 'RFC 5321 7.1; nmap smtp-open-relay',
    severity: 'fault',
    settings: RELAY_SETTINGS,
    run: (t) =>
      relaysNone(
        t,
        ['root@localhost', 'root', 'root@[127.0.0.1]'].map((from) => ({ from, to: elsewhereBy(t, '@') })),
      ),
  },
  {
    id: 'relay-refused-elsewhere-sender',
    title: 'A stranger cannot relay with sender and recipient in one other domain',
    reason: 'Rules that compare sender and recipient let such mail pass. It has nothing to do with this server.',
    source: 'RFC 2505 2.1; relaytest(1)',
    severity: 'fault',
    settings: RELAY_SETTINGS,
    run: (t) => relaysNone(t, [{ from: `marc@${t.elsewhere.domain}`, to: elsewhereBy(t, '@') }]),
  },
] satisfies Check[]
