import type { Exec } from '../../engine/exec.ts'
import type { RunningContainer } from '../../engine/running-host.ts'
import { CommandError } from '../../rig/command-error.ts'
import { eximComplaints } from './ask-exim.ts'
import { smtpdComplaints, smtpdPorts } from './ask-opensmtpd.ts'
import { sendmailComplaints } from './ask-sendmail.ts'
import type { Finding } from './finding.ts'
import type { PlanInput } from './plan.ts'
import { startDovecot } from './start-dovecot.ts'
import { startPostfix } from './start-postfix.ts'
import type { Survey } from './survey.ts'

/** Starts what the configuration is for, in the order in which one needs the other: store, then MTA. */
export async function startServers({ exec }: RunningContainer, { survey }: PlanInput): Promise<Finding[]> {
  const findings: Finding[] = []
  if (survey.dovecot) findings.push(...(await startDovecot(exec, survey.dovecotSettings)))
  if (survey.mta?.name === 'postfix') findings.push(...(await startPostfix(exec)))
  if (survey.mta?.name === 'exim') findings.push(...(await startExim(exec)))
  if (survey.mta?.name === 'sendmail') findings.push(...(await startSendmail(exec)))
  if (survey.mta?.name === 'opensmtpd') findings.push(...(await startOpenSmtpd(exec, survey)))
  return findings
}

/** As Debian's unit does it: a daemon with queue runs. */
async function startExim(exec: Exec): Promise<Finding[]> {
  const { exitCode, stderr } = await exec([
    'sh',
    '-c',
    'mkdir -p /run/exim4 && chown Debian-exim: /run/exim4 && exim4 -bd -q30m',
  ])
  const said = eximComplaints(stderr)
  if (exitCode === 0 || said.some(({ severity }) => severity === 'fault')) return said
  return [...said, { severity: 'fault', server: 'exim', message: stderr.trim() || `exim4 ended with ${exitCode}` }]
}

/** sendmail refuses a folder that its group may write, or that is not its own (sendmail(8)). */
const SENDMAIL = `chown root:smmsp /etc/mail && chmod 2755 /etc/mail
mkdir -p /run/sendmail/mta && newaliases > /dev/null
exec sendmail -bd -q10m -L sm-mta`

async function startSendmail(exec: Exec): Promise<Finding[]> {
  const { exitCode, stderr, stdout } = await exec(['sh', '-c', SENDMAIL])
  const said = sendmailComplaints(`${stdout}\n${stderr}`)
  if (exitCode === 0 || said.some(({ severity }) => severity === 'fault')) return said
  return [
    ...said,
    { severity: 'fault', server: 'sendmail', message: stderr.trim() || `sendmail ended with ${exitCode}` },
  ]
}

/** smtpd(8) is a daemon before its last port listens: the first that does is no sign of the others. */
const SMTPD = `mkdir -p -m 711 /var/spool/smtpd && smtpd || exit
for port; do
  tries=0
  until grep -qi ":$port 0*:0000 0A" /proc/net/tcp /proc/net/tcp6 || [ $tries -ge 250 ]; do
    tries=$((tries + 1))
    sleep 0.02
  done
done`

async function startOpenSmtpd(exec: Exec, survey: Survey): Promise<Finding[]> {
  const ports = smtpdPorts(survey).map(({ port }) => port.toString(16).padStart(4, '0'))
  const { exitCode, stderr } = await exec(['sh', '-c', SMTPD, 'smtpd', ...new Set(ports)])
  // What it refuses was told by smtpd -n already.
  if (exitCode === 0 || smtpdComplaints(stderr).length > 0) return []
  return [{ severity: 'fault', server: 'opensmtpd', message: stderr.trim() || `smtpd ended with ${exitCode}` }]
}

const RESTART: Record<string, readonly string[]> = {
  postfix: ['sh', '-c', 'postfix stop; postfix start'],
  exim: ['sh', '-c', 'kill "$(cat /run/exim4/exim.pid)" && exim4 -bd -q30m'],
  opensmtpd: ['sh', '-c', 'smtpctl stop && while smtpctl show status >/dev/null 2>&1; do :; done; smtpd'],
  sendmail: ['sh', '-c', 'kill "$(head -1 /run/sendmail/mta/sendmail.pid)" && sendmail -bd -q10m -L sm-mta'],
}

/** Stops the MTA and starts it again. @throws {CommandError} with what it said where it does not start. */
export async function restartMta({ exec }: RunningContainer, name: string | undefined): Promise<void> {
  const command = RESTART[name ?? '']
  if (command === undefined || name === undefined) return
  const result = await exec([...command])
  if (result.exitCode !== 0) throw new CommandError(command, name, result)
}
