import type { Asked, Flaws } from './flaws.ts'

/** A flaw, and the checks that have to notice it. */
export interface Control {
  flaw: string
  flaws: Flaws
  noticedBy: readonly string[]
  /** It shows by something that never comes. */
  silent?: true
}

const path = (pattern: RegExp) => (asked: Asked) => asked.service === 'smtp' && pattern.test(asked.path)
const ELSEWHERE = /^to-[^@]+@elsewhere\.example$/
const own = (asked: Asked) => ELSEWHERE.test(asked.path)

/** A reply to one command, whatever is right. */
const reply = (command: RegExp, text: string) => (line: string) => (command.test(line) ? text : undefined)
/** A body without what this pattern finds. */
const without = (pattern: RegExp) => (message: string) => message.replace(pattern, '')

/** Each check is here at least once. */
export const CONTROLS: readonly Control[] = [
  // Who may relay.
  { flaw: 'relays for anybody', flaws: { relays: own }, noticedBy: ['relay-refused', 'submission-needs-login'] },
  {
    flaw: 'relays for the null sender',
    flaws: { relays: (asked) => own(asked) && asked.from === '' },
    noticedBy: ['relay-refused-null-sender'],
  },
  {
    flaw: 'relays for senders of its domain',
    flaws: { relays: (asked) => own(asked) && asked.from.endsWith('@example.com') },
    noticedBy: ['relay-refused-own-sender'],
  },
  {
    flaw: 'relays for root',
    flaws: { relays: (asked) => own(asked) && asked.from.startsWith('root') },
    noticedBy: ['relay-refused-local-sender'],
  },
  {
    flaw: 'relays from elsewhere to elsewhere',
    flaws: { relays: (asked) => own(asked) && asked.from.endsWith('@elsewhere.example') },
    noticedBy: ['relay-refused-elsewhere-sender'],
  },
  {
    flaw: 'relays for who greets as localhost',
    flaws: { relays: (asked) => own(asked) && asked.helo === 'localhost' },
    noticedBy: ['relay-refused-own-helo'],
  },
  {
    flaw: 'obeys the percent hack',
    flaws: { relays: path(/^to-[^@"]+%[^@]+@/) },
    noticedBy: ['relay-refused-percent-hack'],
  },
  {
    flaw: 'obeys the percent hack without a domain',
    flaws: { relays: path(/^to-[^@"]+%[^@]+$/) },
    noticedBy: ['relay-refused-percent-without-domain'],
  },
  {
    flaw: 'obeys the percent hack in quotes',
    flaws: { relays: path(/^"[^"]+%/) },
    noticedBy: ['relay-refused-quoted-percent'],
  },
  {
    flaw: 'takes an address out of its quotes',
    flaws: { relays: path(/^"[^"]+@/) },
    noticedBy: ['relay-refused-quoted-address'],
  },
  {
    flaw: 'reads the first of two domains',
    flaws: { relays: path(/^to-[^"@]+@[^@]+@/) },
    noticedBy: ['relay-refused-two-at-signs'],
  },
  {
    flaw: 'goes the way of a source route',
    flaws: { relays: path(/^@[^:]+:[^%]+$/) },
    noticedBy: ['relay-refused-source-route'],
  },
  { flaw: 'obeys bang paths', flaws: { relays: path(/^elsewhere\.example!/) }, noticedBy: ['relay-refused-bang-path'] },
  { flaw: 'obeys mixed paths', flaws: { relays: path(/^example\.com!/) }, noticedBy: ['relay-refused-mixed-paths'] },
  {
    flaw: 'relays to address literals',
    flaws: { relays: path(/^to-[^@%]+@\[192/) },
    noticedBy: ['relay-refused-address-literal'],
  },
  {
    flaw: 'refuses other domains to everybody',
    flaws: { refuses: own },
    noticedBy: ['login-may-relay', 'trusted-may-relay', 'outbound-helo-has-the-name'],
  },
  {
    flaw: 'lets everybody write as anybody',
    flaws: { letsIn: ({ right }) => right },
    noticedBy: ['login-keeps-its-sender'],
  },

  // Recipients.
  {
    flaw: 'loses mail for mailboxes',
    flaws: { stores: () => [] },
    noticedBy: ['mail-arrives', 'alias-reaches-its-targets', 'detail-is-delivered'],
  },
  {
    flaw: 'refuses the null sender',
    flaws: { refusesSender: (from) => from === '' },
    noticedBy: ['null-sender-is-accepted'],
  },
  {
    flaw: 'knows its domain in small letters alone',
    flaws: { refuses: ({ path }) => /@.*[A-Z]/.test(path) },
    noticedBy: ['domain-in-capitals'],
  },
  {
    flaw: 'knows names in small letters alone',
    flaws: { refuses: ({ path }) => /^[A-Z]{3}/.test(path) },
    noticedBy: ['local-part-in-capitals'],
  },
  { flaw: 'refuses quotes', flaws: { refuses: ({ path }) => path.startsWith('"') }, noticedBy: ['quoted-local-part'] },
  {
    flaw: 'takes no more than fifty recipients',
    flaws: (() => {
      let count = 0
      return { refuses: () => ++count > 50 }
    })(),
    noticedBy: ['hundred-recipients'],
  },
  {
    flaw: 'delivers what is for an alias to one alone',
    flaws: { stores: (addresses) => addresses.slice(0, 1) },
    noticedBy: ['alias-reaches-its-targets'],
  },
  {
    flaw: 'knows no catch-all',
    flaws: { refuses: ({ path }) => /^c\d+x\d+@example\.net/.test(path) },
    noticedBy: ['catch-all-takes-the-rest'],
  },
  { flaw: 'refuses details', flaws: { refuses: ({ path }) => path.includes('+') }, noticedBy: ['detail-is-delivered'] },
  {
    flaw: 'has no postmaster',
    flaws: { refuses: ({ path }) => /^postmaster/i.test(path) },
    noticedBy: ['postmaster-is-known', 'postmaster-without-a-domain'],
  },
  {
    flaw: 'has no abuse address',
    flaws: { refuses: ({ path }) => path.startsWith('abuse') },
    noticedBy: ['abuse-is-known'],
  },
  {
    flaw: 'takes every name',
    flaws: { takes: ({ path }) => path.startsWith('nobody') },
    noticedBy: ['unknown-is-refused', 'unknown-detail-is-refused', 'unknown-null-sender-is-refused'],
  },
  {
    flaw: 'runs programs that a stranger names',
    flaws: { takes: ({ path }) => path.startsWith('"|'), runsPrograms: true },
    noticedBy: ['local-part-is-no-program'],
  },
  {
    flaw: 'gives up where a name is long',
    flaws: { replies: reply(/^RCPT TO:<x{65}/, '000 what?') },
    noticedBy: ['long-local-part-is-answered'],
  },
  {
    flaw: 'spoils UTF-8 in headers',
    flaws: { alters: without(/Subject: Gr.*\r\n/) },
    noticedBy: ['smtputf8-is-delivered'],
  },

  // Mailboxes and logins.
  {
    flaw: 'stores each message in two mailboxes',
    flaws: { stores: (addresses) => [...addresses, 'full@example.com', 'petra@example.com'] },
    noticedBy: ['mailboxes-are-apart-imap', 'mailboxes-are-apart-pop3'],
  },
  {
    flaw: 'shows one maildrop to all',
    flaws: { maildropOf: () => 'jim@example.com' },
    noticedBy: ['mailboxes-are-apart-pop3'],
  },
  {
    flaw: 'lets in with any password',
    flaws: { letsIn: () => true },
    noticedBy: ['wrong-password', 'empty-password', 'password-of-another', 'unknown-user', 'quotes', 'pattern'].map(
      (id) => `login-refused-${id}`,
    ),
  },
  {
    flaw: 'lets in by POP3 with an empty password',
    flaws: { letsIn: ({ right, password, service }) => right || (password === '' && service.startsWith('pop3')) },
    noticedBy: ['login-refused-empty-password'],
  },
  {
    flaw: 'lets in at submission with a wrong password',
    flaws: { letsIn: ({ right, service }) => right || service === 'submission' },
    noticedBy: ['login-refused-wrong-password'],
  },
  {
    flaw: 'refuses the right password by POP3',
    flaws: { letsIn: ({ right, service }) => right && !service.startsWith('pop3') },
    noticedBy: ['login-works'],
  },

  // TLS.
  ...(['smtp', 'submission', 'submissions', 'imap', 'imaps', 'pop3', 'pop3s'] as const).map((service) => ({
    flaw: `announces TLS on ${service} and hangs up`,
    flaws: { failsTls: (one: string) => one === service },
    noticedBy: [`tls-${service}`],
  })),
  {
    flaw: 'has the certificate of another host',
    flaws: { certificate: 'other-name' },
    noticedBy: ['certificate-has-the-name'],
  },
  { flaw: 'has an expired certificate', flaws: { certificate: 'expired' }, noticedBy: ['certificate-is-in-time'] },
  {
    flaw: 'has a certificate of nobody’s',
    flaws: { certificate: 'other-authority' },
    noticedBy: ['certificate-chain-is-whole'],
  },
  { flaw: 'speaks TLS 1.0', flaws: { oldTls: true }, noticedBy: ['tls-1.1-is-refused'] },
  { flaw: 'speaks nothing newer than TLS 1.1', flaws: { onlyOldTls: true }, noticedBy: ['tls-1.2-is-spoken'] },
  {
    flaw: 'offers AUTH in clear text',
    flaws: { keywords: ['AUTH PLAIN LOGIN'] },
    noticedBy: ['auth-not-in-clear-text', 'auth-not-in-clear-text-smtp'],
  },
  {
    flaw: 'takes AUTH in clear text without offering it',
    flaws: { letsIn: ({ right }) => right },
    noticedBy: ['auth-not-in-clear-text'],
  },
  {
    flaw: 'offers logins in clear text',
    flaws: { capabilities: ['-LOGINDISABLED', 'AUTH=PLAIN', 'USER'] },
    noticedBy: ['imap-login-not-in-clear-text', 'pop3-login-not-in-clear-text'],
  },
  {
    flaw: 'keeps what came before TLS',
    flaws: { keepsClearText: true },
    noticedBy: ['starttls-forgets-clear-text', 'starttls-forgets-clear-text-imap', 'starttls-forgets-clear-text-pop3'],
  },

  // Protocol.
  { flaw: 'ends a message at LF . LF', flaws: { ends: ['\n.\n'] }, noticedBy: ['smuggling-bare-lf'] },
  { flaw: 'ends a message at LF . CRLF', flaws: { ends: ['\n.\r\n'] }, noticedBy: ['smuggling-mixed-line-ends'] },
  { flaw: 'ends a message at CRLF . LF', flaws: { ends: ['\r\n.\n'] }, noticedBy: ['smuggling-mixed-line-ends'] },
  { flaw: 'ends a message at CR . CR', flaws: { ends: ['\r.\r'] }, noticedBy: ['smuggling-bare-cr'] },
  { flaw: 'ends a message at CRLF . CR', flaws: { ends: ['\r\n.\r'] }, noticedBy: ['smuggling-bare-cr'] },
  { flaw: 'greets with a bare name', flaws: { greeting: '220 mail ready' }, noticedBy: ['greeting-has-the-name'] },
  { flaw: 'knows no HELO', flaws: { replies: reply(/^HELO/, '502 5.5.1 no') }, noticedBy: ['helo-is-answered'] },
  {
    flaw: 'answers EHLO with a line out of form',
    flaws: { replies: reply(/^EHLO/, '250-mx.example.com\r\n251 odd') },
    noticedBy: ['ehlo-is-well-formed'],
  },
  {
    flaw: 'takes commands in any order',
    flaws: { replies: reply(/^(?:RCPT|DATA)/, '250 2.1.5 OK') },
    noticedBy: ['commands-keep-their-order'],
  },
  {
    flaw: 'does nothing at RSET',
    flaws: { replies: reply(/^RSET/, '250 2.0.0 OK') },
    noticedBy: ['rset-forgets-the-transaction'],
  },
  {
    flaw: 'accepts any word',
    flaws: { replies: reply(/^XMAILRIG/, '250 2.0.0 OK') },
    noticedBy: ['unknown-command-is-refused', 'pipelined-commands-are-answered-in-order'],
  },
  {
    flaw: 'answers a long line with nonsense',
    flaws: { replies: reply(/^.{3000}/, '100 what') },
    noticedBy: ['long-command-is-answered'],
  },
  {
    flaw: 'answers EHLO with 354',
    flaws: { replies: reply(/^EHLO/, '354 go on') },
    noticedBy: ['early-talker-is-greeted-first'],
  },
  {
    flaw: 'tells by VRFY who exists',
    flaws: {
      replies: (line) => (/^VRFY/.test(line) ? (/jim/.test(line) ? '250 2.1.5 jim' : '550 5.1.1 nobody') : undefined),
    },
    noticedBy: ['vrfy-tells-no-names'],
  },
  {
    flaw: 'tells by EXPN who is behind an alias',
    flaws: { replies: reply(/^EXPN/, '250 2.1.5 jim@example.com') },
    noticedBy: ['expn-tells-no-names'],
  },
  {
    flaw: 'clears the eighth bit',
    flaws: {
      alters: (message) =>
        message.replaceAll(/[\x80-\xff]/g, (octet) => String.fromCharCode(octet.charCodeAt(0) & 0x7f)),
    },
    noticedBy: ['eight-bit-body-arrives'],
  },
  {
    flaw: 'cuts a message off at a line with a dot',
    flaws: { alters: (message) => message.replace(/\r\n\.\r\n[\s\S]*/, '\r\n') },
    noticedBy: ['chunks-arrive-whole', 'dots-are-kept'],
  },
  {
    flaw: 'refuses chunks',
    flaws: { replies: (line) => (line === 'BDAT' ? '503 5.5.1 no' : undefined) },
    noticedBy: ['chunks-arrive-whole'],
  },
  {
    flaw: 'does not look at SIZE',
    flaws: { replies: reply(/^MAIL FROM:.* SIZE=/, '250 2.1.0 OK') },
    noticedBy: ['size-is-refused-at-mail'],
  },
  { flaw: 'takes messages of any size', flaws: { takesTooLarge: true }, noticedBy: ['size-limit-holds'] },
  {
    flaw: 'loses large messages',
    flaws: { alters: (message) => (message.length > 100_000 ? undefined : message) },
    noticedBy: ['largest-message-arrives'],
  },
  { flaw: 'loses lines that begin with a dot', flaws: { dropsDotLines: true }, noticedBy: ['dots-are-kept'] },
  {
    flaw: 'breaks long lines',
    flaws: { alters: (message) => message.replaceAll(/x{500}/g, '$&\r\n') },
    noticedBy: ['long-line-arrives', 'long-line-leaves-whole'],
  },
  { flaw: 'adds no Received', flaws: { alters: without(/Received:.*\r\n/) }, noticedBy: ['received-is-added'] },
  {
    flaw: 'adds no Return-Path',
    flaws: { alters: without(/Return-Path:.*\r\n/) },
    noticedBy: ['return-path-is-added'],
  },
  { flaw: 'cuts a line off at NUL', flaws: { alters: without(/\0.*/) }, noticedBy: ['nul-cuts-nothing-off'] },
  {
    flaw: 'makes a line of a bare CR',
    flaws: { alters: (message) => message.replaceAll(/\r(?!\n)/g, '\r\n') },
    noticedBy: ['bare-cr-makes-no-field'],
  },
  {
    flaw: 'delivers half a message',
    flaws: { deliversHalves: true },
    noticedBy: ['broken-off-message-is-not-delivered'],
  },

  // Outbound.
  {
    flaw: 'greets others with a bare name',
    flaws: { altersEnvelope: (envelope) => ({ ...envelope, helo: 'localhost' }) },
    noticedBy: ['outbound-helo-has-the-name'],
  },
  {
    flaw: 'rewrites recipients',
    flaws: { altersEnvelope: (envelope) => ({ ...envelope, to: 'somebody@elsewhere.example' }) },
    noticedBy: ['outbound-envelope-is-kept'],
  },
  {
    flaw: 'tries for ever',
    flaws: { neverGivesUp: true },
    noticedBy: ['null-mx-is-returned', 'missing-domain-is-returned', 'loop-to-itself-is-ended'],
  },
  { flaw: 'needs an MX', flaws: { refusesAddressOnly: true }, noticedBy: ['domain-without-mx-is-reached'] },
  { flaw: 'tries once', flaws: { givesUpAtOnce: true }, silent: true, noticedBy: ['temporary-refusal-is-tried-again'] },
  { flaw: 'writes two notices', flaws: { notices: 2 }, noticedBy: ['permanent-refusal-is-returned-once'] },
  { flaw: 'writes no notice', flaws: { notices: 0 }, noticedBy: ['permanent-refusal-is-returned-once'] },
  {
    flaw: 'writes notices that programs cannot read',
    flaws: { noticeIsText: true },
    noticedBy: ['permanent-refusal-is-returned-once'],
  },
  { flaw: 'bounces bounces', flaws: { bouncesBounces: true }, noticedBy: ['bounce-makes-no-bounce'] },
  { flaw: 'counts no hops', flaws: { countsNoHops: true }, noticedBy: ['received-loop-is-ended'] },
  { flaw: 'sends bare line ends', flaws: { sendsBareLineEnds: true }, noticedBy: ['outbound-line-ends-are-right'] },
  { flaw: 'signs nothing', flaws: { signs: 'nothing' }, noticedBy: ['dkim-signature-verifies'] },
  {
    flaw: 'signs with a key that nobody publishes',
    flaws: { signs: 'with another key' },
    noticedBy: ['dkim-signature-verifies'],
  },
  {
    flaw: 'changes what it has signed',
    flaws: { alters: (message, where) => (where === 'relayed' ? `${message}--\r\nSent by us.\r\n` : message) },
    noticedBy: ['dkim-signature-verifies'],
  },
  {
    flaw: 'loses what it forwards',
    flaws: { alters: (message, where) => (where === 'relayed' ? undefined : message) },
    noticedBy: ['alias-to-another-domain-leaves', 'login-may-relay', 'trusted-may-relay'],
  },
  {
    flaw: 'uses no TLS outward',
    flaws: { ignoresTls: true },
    noticedBy: ['outbound-uses-tls', 'smarthost-login-is-private'],
  },
  { flaw: 'sends past its smarthost', flaws: { nextHop: 'other' }, noticedBy: ['smarthost-is-used'] },

  // Store.
  { flaw: 'has no quota for deliveries', flaws: { ignoresQuota: 'delivery' }, noticedBy: ['quota-holds-for-delivery'] },
  { flaw: 'has no quota for APPEND', flaws: { ignoresQuota: 'append' }, noticedBy: ['quota-holds-for-append'] },
  {
    flaw: 'says nothing while idling',
    flaws: { silentIdle: true },
    silent: true,
    noticedBy: ['idle-tells-of-new-mail'],
  },
  { flaw: 'names no folders', flaws: { noSpecialFolders: true }, noticedBy: ['special-folders-are-named'] },
  { flaw: 'changes what is stored', flaws: { altersAppend: true }, noticedBy: ['append-keeps-every-octet'] },
  { flaw: 'deletes at once', flaws: { deletesEarly: true }, noticedBy: ['pop3-deletes-at-quit-alone'] },
  {
    flaw: 'takes unknown names by LMTP',
    flaws: { takes: ({ service }) => service === 'lmtp' },
    noticedBy: ['lmtp-answers-each-recipient'],
  },
  { flaw: 'answers each message on vacation', flaws: { answersTwice: true }, noticedBy: ['vacation-answers-once'] },
  { flaw: 'answers lists on vacation', flaws: { answersLists: true }, noticedBy: ['vacation-leaves-lists-alone'] },

  // Robustness.
  {
    flaw: 'serves three clients at a time',
    flaws: { clients: 3 },
    silent: true,
    noticedBy: ['stalling-clients-stop-nobody'],
  },
  {
    flaw: 'greets with an error of its own',
    flaws: { greeting: '554 5.3.0 out of memory' },
    noticedBy: ['fifty-clients-at-once'],
  },
  { flaw: 'forgets its queue', flaws: { losesQueue: true }, silent: true, noticedBy: ['restart-keeps-the-queue'] },
]
