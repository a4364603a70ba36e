import type { Finding } from './finding.ts'
import { formatPlace } from './source-tree.ts'
import { postfixValues, type Survey } from './survey.ts'

/**
 * What of Postfix leads to a Dovecot whose configuration was not given: mail to its LMTP server or delivery agent, logins to its
 * authentication (postconf(5), smtpd_sasl_type). Else a check blames the settings beside them.
 */
export function missingStore(survey: Survey): Finding[] {
  if (survey.dovecot !== undefined) return []
  return postfixValues(survey)
    .filter(({ name, value }) => leadsToDovecot(name, value))
    .map(({ name, value, at }) => ({
      severity: 'warning',
      server: 'postfix',
      message: `${name} = ${value}: this needs Dovecot, whose configuration was not given. What depends on it fails here; give /etc/dovecot, too`,
      place: formatPlace(at),
    }))
}

function leadsToDovecot(name: string, value: string): boolean {
  if (name === 'smtpd_sasl_type') return value === 'dovecot'
  return /_transport$/.test(name) && /(?:^|[/:])dovecot/.test(value)
}
