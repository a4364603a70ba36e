import { accessSync, constants, readFileSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { stateDirectory } from '../../engine/state-directory.ts'
import { MailrigError } from '../../errors/mailrig-error.ts'

/** Something that was looked at. `problem`: mailrig cannot work so. `note`: it can, or mends it by itself. */
export interface Check {
  name: string
  state: 'ok' | 'note' | 'problem'
  /** What is there, or what is missing. */
  found: string
  /** What mends it. */
  remedy?: string
}

/** Ports below this one of this host are for root: ip-sysctl of the Linux kernel documentation. */
export function lowestPort(): number {
  if (process.platform !== 'linux' || process.getuid?.() === 0) return 0
  return Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'))
}

/** A run keeps less than this, in octets, in the temporary directory: reports and compiled modules. */
const ROOM = 50_000_000

/** Where mailrig writes on this host. */
export function checkDirectories(): Check[] {
  const named = [
    { name: 'temp', variable: 'TMPDIR', path: tmpdir },
    { name: 'state', variable: 'XDG_STATE_HOME', path: stateDirectory },
  ]
  return named.map(({ name, variable, path }) => checkDirectory(name, variable, path))
}

function checkDirectory(name: string, variable: string, find: () => string): Check {
  const remedy = `Name a directory that this user may write to, with room: \`export ${variable}="$HOME/${name}" && mkdir -p "$${variable}"\`.`
  try {
    const path = find()
    accessSync(path, constants.W_OK)
    const { bavail, bsize } = statfsSync(path)
    if (bavail * bsize >= ROOM) return { name, state: 'ok', found: path }
    return { name, state: 'problem', found: `${path} is nearly full: ${Math.floor((bavail * bsize) / 1e6)} MB`, remedy }
  } catch (error) {
    const reason = error instanceof MailrigError || error instanceof Error ? error.message : String(error)
    return { name, state: 'problem', found: `no directory to write to: ${reason}`, remedy }
  }
}
