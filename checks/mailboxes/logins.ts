import type { Check, CheckContext, KnownAccount } from 'mailrig/check'

const SETTINGS = {
  dovecot: ['passdb'],
  postfix: ['smtpd_sasl_type'],
  exim: ['server_condition'],
  sendmail: ['TRUST_AUTH_MECH'],
} as const

type Login = Pick<KnownAccount, 'user' | 'password'>

/** A fault where somebody gets in by IMAP, POP3 or mail submission. */
async function nobodyGetsIn(t: CheckContext, logins: readonly Login[], what: string): Promise<void> {
  // All at once: a server may make whoever has failed wait, and longer each time.
  const asked = await Promise.all(logins.flatMap((login) => WAYS.map((way) => way(t, login, what))))
  if (!asked.includes(true)) t.doesNotApply('nobody can log in to any of its services')
}

/** Tries a login. False where there is no such service. */
type Way = (t: CheckContext, login: Login, what: string) => Promise<boolean>

const byImap: Way = async (t, login, what) => {
  if (!t.subject.endpoint('imap', t.anySide) && !t.subject.endpoint('imaps', t.anySide)) return false
  const { status, text } = await (await t.privateImap()).login(login)
  if (status === 'OK') t.fault(`IMAP refuses ${what}`, `OK ${text}`)
  return true
}

const byPop3: Way = async (t, login, what) => {
  if (!t.subject.endpoint('pop3', t.anySide) && !t.subject.endpoint('pop3s', t.anySide)) return false
  const session = await t.privatePop3()
  const inside = await session.login(login).then(
    () => true,
    () => false,
  )
  if (inside) t.fault(`POP3 refuses ${what}`, '+OK')
  return true
}

const bySubmission: Way = async (t, login, what) => {
  const service = (['submission', 'submissions'] as const).find((one) => t.subject.endpoint(one, t.anySide))
  if (!service) return false
  const session = await t.session({ service, ehlo: false })
  let { keywords } = await session.ehlo()
  if (keywords.has('STARTTLS')) {
    await session.startTls()
    keywords = (await session.ehlo()).keywords
  }
  if (!keywords.get('AUTH')?.includes('PLAIN')) return false
  const { code, text } = await session.auth(login)
  if (code === 235) t.fault(`${service} refuses ${what}`, `235 ${text}`)
  return true
}

const WAYS = [byImap, byPop3, bySubmission]

/** One check of failing logins. */
function refuses(
  id: string,
  what: string,
  reason: string,
  source: string,
  logins: (t: CheckContext) => readonly Login[],
): Check {
  return {
    id: `login-refused-${id}`,
    title: `A login ${what} is refused`,
    reason,
    source,
    severity: 'fault',
    settings: SETTINGS,
    alone: 'last',
    run: (t) => nobodyGetsIn(t, logins(t), `a login ${what}`),
  }
}

export default [
  refuses(
    'wrong-password',
    'with a wrong password',
    'A rule that was put in for a test, such as `nopassword`, lets everybody in. It is seen only by those who try.',
    'RFC 4954 6; RFC 9051 6.2.3; RFC 1939 7',
    (t) => [{ user: t.account.user, password: `not-${t.token}` }],
  ),
  refuses(
    'empty-password',
    'with an empty password',
    'LDAP servers answer an empty password as success, because nobody asked for anybody. A server that passes it on lets everybody in.',
    'RFC 4513 5.1.2, 6.3.1',
    (t) => [{ user: t.account.user, password: '' }],
  ),
  refuses(
    'password-of-another',
    'with the password of another user',
    'User and password may be looked up apart. Then any valid password opens any mailbox.',
    'RFC 4616 2',
    (t) => {
      const [account] = t.accounts(2)
      const other = t.facts.accounts.filter(t.canLogIn).find(({ password }) => password !== account.password)
      const { password } = other ?? t.doesNotApply('all accounts have the same password')
      return [{ user: account.user, password }]
    },
  ),
  refuses(
    'unknown-user',
    'of a user who does not exist',
    'A fallback may take any name. A stranger then has an empty mailbox, and can send mail.',
    'RFC 4422 3.6',
    (t) => [{ user: t.token, password: t.account.password }],
  ),
  refuses(
    'quotes',
    'with an SQL expression in its name',
    'A lookup that puts the name into a query as it came lets anybody in. Quotes in a name must be characters like others.',
    'CWE-89; pgsql_table(5)',
    (t) => [
      { user: `x' OR '1'='1`, password: `x' OR '1'='1` },
      { user: `${t.account.user}' -- `, password: 'x' },
    ],
  ),
  refuses(
    'pattern',
    'with a pattern as its name',
    'LDAP filters and Dovecot’s own files know `*`. As a name it must match nobody.',
    'RFC 4515 3; CWE-90',
    (t) => [{ user: '*', password: t.account.password }],
  ),
] satisfies Check[]
