import type Dockerode from 'dockerode'

/** How a container runs that runs as its image says, beside its image, files and networks. */
export interface RunSettings {
  /** Linux capabilities beside those that the engine gives by itself, and without which of these. */
  capAdd?: readonly string[]
  capDrop?: readonly string[]
  /** Of its network namespace. */
  sysctls?: Readonly<Record<string, string>>
  ulimits?: readonly { name: string; soft: number; hard: number }[]
  /** Octets of /dev/shm. */
  shmSize?: number
  /** Whether the engine's own init is its first process. */
  init?: boolean
  workingDir?: string
  /** Groups of its user, beside those of /etc/group. */
  groups?: readonly string[]
  /** Host → address, in /etc/hosts. */
  hosts?: Readonly<Record<string, string>>
  noNewPrivileges?: boolean
}

/** The same in the engine's words. */
export function hostConfigOf(settings: RunSettings): Dockerode.HostConfig {
  const { capAdd, capDrop, sysctls, ulimits, shmSize, init, groups, hosts, noNewPrivileges } = settings
  return {
    ...(capAdd ? { CapAdd: [...capAdd] } : {}),
    ...(capDrop ? { CapDrop: [...capDrop] } : {}),
    ...(sysctls ? { Sysctls: { ...sysctls } } : {}),
    ...(ulimits ? { Ulimits: ulimits.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })) } : {}),
    ...(shmSize === undefined ? {} : { ShmSize: shmSize }),
    ...(init === undefined ? {} : { Init: init }),
    ...(groups ? { GroupAdd: [...groups] } : {}),
    ...(hosts ? { ExtraHosts: Object.entries(hosts).map(([host, address]) => `${host}:${address}`) } : {}),
    ...(noNewPrivileges ? { SecurityOpt: ['no-new-privileges:true'] } : {}),
  }
}
