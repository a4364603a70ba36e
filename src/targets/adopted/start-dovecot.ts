import type { Exec } from '../../engine/exec.ts'
import { dovecotRemedy, newVariables, oldVariables } from './dovecot-remedies.ts'
import type { DovecotSetting } from './dovecot-text.ts'
import type { Finding } from './finding.ts'
import { formatPlace } from './source-tree.ts'

/**
 * Has Dovecot read its configuration, and starts it. Where it refuses, every fault is listed, and not the first alone: on
 * a copy in the container, what it names is taken out, and it is asked again.
 */
export async function startDovecot(exec: Exec, settings: readonly DovecotSetting[]): Promise<Finding[]> {
  const [check, version] = await Promise.all([exec(['doveconf', '-n']), exec(['dovecot', '--version'])])
  // `2.4.1-4 (7d8c0e5759)`: the part of Debian is none of Dovecot's.
  const [number = ''] = /^\d+(?:\.\d+)*/.exec(version.stdout.trim()) ?? []
  if (check.exitCode !== 0) {
    const { stdout } = await exec(['mailrig-dovecot-faults', number])
    const faults = parseFaults(stdout, settings)
    const said = faults.length > 0 ? faults : [fault(check.stderr.trim() || `doveconf ended with ${check.exitCode}`)]
    return [...said, ...(isNew(number) ? silentFindings(settings, said) : [])]
  }
  const findings = [...complaints(check.stderr), ...(isNew(number) ? silentFindings(settings, []) : [])]
  const started = await exec(['dovecot'])
  if (started.exitCode === 0) return findings
  const said = complaints(started.stderr).filter(({ message }) => !findings.some((known) => known.message === message))
  if (said.some(({ severity }) => severity === 'fault')) return [...findings, ...said]
  const reason = started.stderr.trim() || started.stdout.trim()
  return [...findings, fault(`dovecot ended with exit code ${started.exitCode}: ${reason}`)]
}

function fault(message: string): Finding {
  return { severity: 'fault', server: 'dovecot', message }
}

function isNew(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 2 || (major === 2 && minor >= 4)
}

/** What docker/adopted/dovecot-faults.pl prints, each with what to write instead. */
export function parseFaults(stdout: string, settings: readonly DovecotSetting[]): Finding[] {
  return stdout.split('\n').flatMap((line): Finding[] => {
    const [file, number, message] = line.split('\t')
    if (file === undefined || message === undefined) return []
    const place = number === '' ? file : `${file}:${number}`
    const setting = settings.find(({ at }) => at.file === file && String(at.line) === number)
    const remedy = /dovecot_config_version/.test(message)
      ? 'dovecot_config_version = 2.4.0 and dovecot_storage_version = 2.4.0 as the first lines'
      : setting && dovecotRemedy(setting)
    return [{ ...fault(message), place, ...(remedy === undefined ? {} : { remedy }) }]
  })
}

/** What doveconf(1) says nothing of, or not before what stands around it is mended. */
function silentFindings(settings: readonly DovecotSetting[], known: readonly Finding[]): Finding[] {
  const places = new Set(known.map(({ place }) => place))
  return settings
    .filter((setting) => setting.key === 'args' || oldVariables(setting))
    .filter(({ at }) => !places.has(formatPlace(at)))
    .map((setting) => {
      const { key, value, at } = setting
      const remedy = dovecotRemedy(setting) ?? `${key} = ${newVariables(value)}`
      const message =
        key === 'args'
          ? `${key} = ${value}: Dovecot 2.4 has no args`
          : `${key} = ${value}: Dovecot 2.4 takes it to the letter, and says nothing`
      return { ...fault(message), place: formatPlace(at), remedy }
    })
}

/** `doveconf: Fatal: Error in configuration file /etc/dovecot/dovecot.conf line 3: …` */
export function complaints(stderr: string): Finding[] {
  return stderr.split('\n').flatMap((line): Finding[] => {
    const [, level, text = ''] = /^\S+: (Fatal|Error|Warning): (.*)$/.exec(line) ?? []
    if (level === undefined) return []
    const [, file, number, rest] = /^Error in configuration file (\S+?)(?:(?: line |:)(\d+))?: (.*)$/.exec(text) ?? []
    const place = file === undefined ? {} : { place: number === undefined ? file : `${file}:${number}` }
    return [{ severity: level === 'Warning' ? 'warning' : 'fault', server: 'dovecot', message: rest ?? text, ...place }]
  })
}
