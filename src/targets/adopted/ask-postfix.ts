import type { Exec } from '../../engine/exec.ts'
import { postfixPorts } from './declared-ports.ts'
import type { Finding } from './finding.ts'
import type { MtaSays } from './mta-says.ts'
import { readPostfixSettings } from './read-settings.ts'
import { originOf } from './settings.ts'
import { mainSetting, type Survey } from './survey.ts'
import { namedDomains } from './world-names.ts'

/** Asks postconf(1). Where it stops at a line that is none, each such line is a finding. */
export async function askPostfix(exec: Exec, survey: Survey): Promise<MtaSays> {
  const { settings, warnings, fatal } = await readPostfixSettings(exec)
  const value = (name: string) => settings?.values.get(name) ?? ''
  const delimiter = value('recipient_delimiter').slice(0, 1)
  return {
    domains: namedDomains(survey, settings),
    networks: value('mynetworks')
      .split(/[\s,]+/)
      .filter(Boolean),
    networksFrom: originOf(survey, mainSetting(survey, 'mynetworks') ? 'mynetworks' : 'mynetworks_style'),
    ...(delimiter === '' ? {} : { recipientDelimiter: delimiter }),
    ...(settings ? { sizeLimit: Number(value('message_size_limit')) } : {}),
    ports: postfixPorts(survey, settings),
    findings: [
      ...brokenLines(survey),
      ...fatal.map(fatalFinding),
      ...warnings.map((text) => warningFinding(text, survey)),
    ],
    ...(settings ? { postfix: settings } : {}),
  }
}

/** postconf(1) names the first alone, and Postfix does not start. */
function brokenLines({ main }: Survey): Finding[] {
  return main.broken.map(({ text, at }) => ({
    severity: 'fault' as const,
    server: 'postfix',
    message: `missing '=' after attribute name: "${text.slice(0, 60)}"`,
    place: `${at.file}:${at.line}`,
  }))
}

function fatalFinding(text: string): Finding {
  const [, file, line] = /(\/etc\/postfix\/[\w./-]+),? line (\d+)/.exec(text) ?? []
  return {
    severity: 'fault',
    server: 'postfix',
    message: text,
    ...(file === undefined ? {} : { place: `${file}:${line}` }),
  }
}

/** `/etc/postfix/main.cf: unused parameter: smtpd_foo=bar` */
function warningFinding(text: string, survey: Survey): Finding {
  const name = /(?:unused parameter:|undefined parameter:|support for parameter|parameter)\s*"?([\w]+)/.exec(text)?.[1]
  const place = name === undefined ? undefined : mainSetting(survey, name)?.at
  return {
    severity: 'warning',
    server: 'postfix',
    message: text.replace(/^\/etc\/postfix\/\w+\.cf: /, ''),
    ...(place ? { place: `${place.file}:${place.line}` } : {}),
  }
}
