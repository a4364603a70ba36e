import { z } from 'zod'
import { domainName } from './names.ts'

/** What the MTA does with mail while the filter cannot be asked (Postfix: milter_default_action). */
const onFailure = z.enum(['tempfail', 'reject', 'accept']).default('tempfail')

/** The same of a policy service (Postfix: smtpd_policy_service_default_action). */
const onPolicyFailure = z.enum(['tempfail', 'accept']).default('tempfail')

/** Lines of a filter's own configuration file, after those of mailrig: name → value. */
const settings = z
  .record(
    z.string().regex(/^[A-Za-z][\w-]*$/, { error: 'expected the name of a setting, such as "MinimumKeyBits"' }),
    z
      .union([z.string().regex(/^[^\r\n]*$/, { error: 'a value of a setting is one line' }), z.number(), z.boolean()])
      .transform(String),
  )
  .default({})

const opendkim = z.strictObject({
  /** Whose mail it signs, where the client is trusted or has logged in. Each has its key in `dkim`. */
  sign: z.array(domainName).default([]),
  onFailure,
  /** opendkim.conf(5) */
  settings,
})

const opendmarc = z.strictObject({
  /** Whether mail is refused whose domain asks for that (opendmarc.conf(5): RejectFailures). Otherwise it is marked alone. */
  reject: z.boolean().default(false),
  onFailure,
  /** opendmarc.conf(5) */
  settings,
})

const policydSpf = z.strictObject({
  /** Whether mail is refused that fails (policyd-spf.conf(5): Mail_From_reject, HELO_reject). Otherwise it is marked alone. */
  reject: z.boolean().default(true),
  onFailure: onPolicyFailure,
  /** policyd-spf.conf(5) */
  settings,
})

const postgrey = z.strictObject({
  /** Seconds until a second try is taken (postgrey(8): --delay). Default: 300, its own. */
  delay: z.int().min(1).max(86_400).default(300),
  onFailure: onPolicyFailure,
})

const rspamd = z.strictObject({
  onFailure,
  /** Files below /etc/rspamd/local.d: name → content. */
  files: z
    .record(
      z.string().regex(/^[\w-]+\.(?:conf|inc|map)$/, { error: 'expected a name such as "actions.conf"' }),
      z.string(),
    )
    .default({}),
})

/** Debian's own filters, each a real server of the rig: the MTA asks those that stand here, and no others run. */
export const filterServers = z.strictObject({
  /** Signs and verifies by DKIM. */
  opendkim: opendkim.optional(),
  /** Holds mail against the DMARC policy of its author's domain. */
  opendmarc: opendmarc.optional(),
  /** Asks at RCPT whether the client may send for the domain (SPF); Debian: postfix-policyd-spf-python. */
  'policyd-spf': policydSpf.optional(),
  /** Puts off, at RCPT, what it sees for the first time (greylisting). */
  postgrey: postgrey.optional(),
  /** Scores spam. */
  rspamd: rspamd.optional(),
})
