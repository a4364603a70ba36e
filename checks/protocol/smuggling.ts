import type { Check, CheckContext } from 'mailrig/check'

const SETTINGS = {
  postfix: [
    'smtpd_forbid_bare_newline',
    'smtpd_forbid_bare_newline_exclusions',
    'smtpd_forbid_unauth_pipelining',
    'smtpd_data_restrictions',
    'mynetworks',
  ],
  exim: ['chunking_advertise_hosts'],
  sendmail: ['confSERVER_SSL_OPTIONS', 'srv_features'],
} as const

/**
 * A fault where a dot between these line ends ends the message: then what follows is taken as commands. The message has
 * a whole transaction behind the dot, then a right end and QUIT, so that every server comes to an end by itself.
 */
async function smuggles(t: CheckContext, ends: readonly (readonly [name: string, octets: string])[]): Promise<void> {
  for (const [name, octets] of ends) {
    const session = await t.session()
    t.replied(await session.mailFrom('marc@client.example'), 250, 'MAIL')
    t.replied(await session.rcptTo(t.recipient), 250, 'RCPT')
    t.replied(await session.command('DATA'), 354, 'DATA')
    const inner = `MAIL FROM:<forged@client.example>\r\nRCPT TO:<${t.recipient}>\r\nDATA\r\nSubject: ${t.token} smuggled\r\n\r\nHello.\r\n.\r\nQUIT\r\n`
    session.write(`From: <marc@client.example>\r\nSubject: ${t.token} outer\r\n\r\nHello.${octets}${inner}`)
    await session.closed()
    const codes = await t.repliesLeft(session)
    if (codes.includes(354) || codes.filter((code) => code === 250).length > 1) {
      t.fault(`${name} is no end of a message`, `the commands behind it were obeyed: ${codes.join(', ')}`)
    }
  }
}

const REASON =
  'If one server sees the end of a message where another sees text, a stranger writes mail that seems to come from the first. All its marks of trust are on it.'

export default [
  {
    id: 'smuggling-bare-lf',
    title: 'A dot between bare LFs does not end a message',
    reason: REASON,
    source: 'CVE-2023-51764; CVE-2023-51765; RFC 5321 2.3.8',
    severity: 'fault',
    settings: SETTINGS,
    run: (t) => smuggles(t, [['LF . LF', '\n.\n']]),
  },
  {
    id: 'smuggling-mixed-line-ends',
    title: 'A dot between LF and CRLF does not end a message',
    reason: REASON,
    source: 'CVE-2023-51766; RFC 5321 4.1.1.4',
    severity: 'fault',
    settings: SETTINGS,
    run: (t) =>
      smuggles(t, [
        ['LF . CRLF', '\n.\r\n'],
        ['CRLF . LF', '\r\n.\n'],
      ]),
  },
  {
    id: 'smuggling-bare-cr',
    title: 'A dot beside a bare CR does not end a message',
    reason: REASON,
    source: 'RFC 5321 2.3.8; smtpsmuggling.com',
    severity: 'fault',
    settings: SETTINGS,
    run: (t) =>
      smuggles(t, [
        ['CR . CR', '\r.\r'],
        ['CRLF . CR', '\r\n.\r'],
        ['CR . CRLF', '\r.\r\n'],
      ]),
  },
] satisfies Check[]
