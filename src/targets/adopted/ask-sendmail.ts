import type { Exec } from '../../engine/exec.ts'
import type { Finding } from './finding.ts'
import type { MtaSays } from './mta-says.ts'
import type { Survey } from './survey.ts'

/** sendmail reads the .cf alone; where that did not come along it is made of the .mc (cf/README). */
const MAKE = `cd /etc/mail || exit 1
[ -f sendmail.cf ] || m4 sendmail.mc > sendmail.cf
[ -f submit.cf ] || [ ! -f submit.mc ] || m4 submit.mc > submit.cf`

/** Has sendmail read its files, and asks it for class w and the daemons (sendmail -bt). */
export async function askSendmail(exec: Exec, survey: Survey): Promise<MtaSays> {
  const at = survey.mta?.at.file ?? '/etc/mail/sendmail.cf'
  const made = await exec(['sh', '-c', MAKE])
  const asked = await exec(['sendmail', '-bt', '-C', '/etc/mail/sendmail.cf'], { input: '$=w\n$=R\n' })
  const findings: Finding[] = [
    ...sendmailComplaints(made.stderr),
    ...sendmailComplaints(`${asked.stdout}\n${asked.stderr}`),
  ]
  const config = await exec(['sh', '-c', 'grep -E "^O (DaemonPortOptions|MaxMessageSize)" /etc/mail/sendmail.cf'])
  const words = asked.stdout.split('\n').map((line) => line.replace(/^> /, '').trim())
  const names = words.filter((word) => /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(word) && !/^[\d.]+$/.test(word))
  const size = /^O MaxMessageSize=(\d+)/m.exec(config.stdout)?.[1]
  return {
    domains: [...new Set(names.map((name) => name.toLowerCase()))].map((name) => ({
      name,
      kind: 'local',
      from: 'sendmail -bt $=w',
    })),
    networks: words.filter((word) => /^\d+(?:\.\d+){0,3}$/.test(word)),
    networksFrom: 'sendmail -bt $=R',
    ...(size === undefined ? {} : { sizeLimit: Number(size) }),
    ports: [...config.stdout.matchAll(/^O DaemonPortOptions=(.*)$/gm)].map(([, options = '']) => {
      const port = /\bPort=(\w+)/.exec(options)?.[1] ?? 'smtp'
      return { port: PORTS[port] ?? Number(port), server: 'sendmail daemon', from: `DaemonPortOptions=${options}` }
    }),
    findings: findings.map((one) => ({ place: at, ...one })),
  }
}

const PORTS: Record<string, number> = { smtp: 25, mta: 25, smtps: 465, submissions: 465, submission: 587, msa: 587 }

/** `/etc/mail/sendmail.cf: line 12: unknown configuration line "…"` */
export function sendmailComplaints(text: string): Finding[] {
  return text.split('\n').flatMap((line): Finding[] => {
    const [, file, number, message] = /^(\/etc\/mail\/\S+?): line (\d+): (.*)$/.exec(line) ?? []
    if (file === undefined || message === undefined) return []
    const severity = /warning/i.test(message) ? 'warning' : 'fault'
    return [{ severity, server: 'sendmail', message, place: `${file}:${number}` }]
  })
}
