import type { RunSettings } from '../../../engine/run-settings.ts'
import type { DeclaredService } from './declared-service.ts'
import { misdeclared } from './misdeclared.ts'

/** What reaches no further than the container itself. All others could lead out of the rig, or change its machine. */
const CAPABILITIES = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'DAC_READ_SEARCH',
  'FOWNER',
  'FSETID',
  'IPC_LOCK',
  'IPC_OWNER',
  'KILL',
  'LEASE',
  'NET_ADMIN',
  'NET_BIND_SERVICE',
  'NET_BROADCAST',
  'NET_RAW',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
  'SYS_NICE',
  'SYS_PTRACE',
  'SYS_RESOURCE',
])

/** Told of what a rig cannot have: the key, and why. */
type Leave = (what: string, reason: string) => void

/** How a service runs, beside what it is made of. @throws {InputError} COMPOSE_FILE for a size that is none */
export function settingsOf(service: DeclaredService, leave: Leave): RunSettings {
  const { single, capDrop, groups } = service
  const capAdd = capabilitiesOf(service, leave)
  const sysctls = sysctlsOf(service, leave)
  const ulimits = ulimitsOf(service)
  const hosts = hostsOf(service, leave)
  const secured = securityOf(service, leave)
  return {
    ...(capAdd.length > 0 ? { capAdd } : {}),
    ...(capDrop.length > 0 ? { capDrop } : {}),
    ...(Object.keys(sysctls).length > 0 ? { sysctls } : {}),
    ...(ulimits.length > 0 ? { ulimits } : {}),
    ...(Object.keys(hosts).length > 0 ? { hosts } : {}),
    ...(groups.length > 0 ? { groups } : {}),
    ...(single.init === undefined ? {} : { init: single.init }),
    ...(single.workingDir === undefined ? {} : { workingDir: single.workingDir }),
    ...(single.shmSize === undefined ? {} : { shmSize: octets(single.shmSize, service) }),
    ...(secured ? { noNewPrivileges: true } : {}),
  }
}

function capabilitiesOf({ capAdd }: DeclaredService, leave: Leave): string[] {
  return capAdd.filter((name) => {
    const may = CAPABILITIES.has(name.toUpperCase().replace(/^CAP_/, ''))
    if (!may) leave(`cap_add ${name}`, 'it reaches beyond the container')
    return may
  })
}

function sysctlsOf({ sysctls }: DeclaredService, leave: Leave): Record<string, string> {
  const own = Object.entries(sysctls).filter(([name]) => {
    const may = name.startsWith('net.')
    if (!may) leave(`sysctls ${name}`, 'only those of the network are of the container alone')
    return may
  })
  return Object.fromEntries(own)
}

function ulimitsOf({ ulimits }: DeclaredService): NonNullable<RunSettings['ulimits']> {
  return Object.entries(ulimits).map(([name, limit]) => {
    const { soft, hard } = typeof limit === 'object' ? limit : { soft: limit, hard: limit }
    return { name, soft: Number(soft), hard: Number(hard) }
  })
}

/** The rig's DNS answers the names of others. */
function hostsOf({ extraHosts }: DeclaredService, leave: Leave): Record<string, string> {
  const own = Object.entries(extraHosts).filter(([host, address]) => {
    const may = /^(?:127\.[\d.]+|\[?::1\]?)$/.test(address)
    if (!may) leave(`extra_hosts ${host}`, `nothing answers at ${address} in a rig; its DNS is asked for ${host}`)
    return may
  })
  return Object.fromEntries(own)
}

function securityOf({ securityOptions }: DeclaredService, leave: Leave): boolean {
  const own = /^no-new-privileges(?:[:=]true)?$/
  for (const option of securityOptions) {
    if (!own.test(option)) leave(`security_opt ${option}`, 'it belongs to the machine that the file was written for')
  }
  return securityOptions.some((option) => own.test(option))
}

const UNITS = ['b', 'k', 'm', 'g']

/** `64m` */
function octets(size: string | number, { at, name }: DeclaredService): number {
  const [, number, unit = 'b'] = /^(\d+)\s*([bkmg])?b?$/i.exec(String(size)) ?? []
  if (number !== undefined) return Number(number) * 1024 ** UNITS.indexOf(unit.toLowerCase())
  const what = `services.${name}.shm_size: ${JSON.stringify(size)} is no size`
  throw misdeclared(at.shm_size ?? '', what, 'Write it as in 64m.')
}
