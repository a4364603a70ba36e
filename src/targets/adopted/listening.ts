import type { Exec } from '../../engine/exec.ts'

export interface Listener {
  /** `0.0.0.0`, `::`, `127.0.0.1` … */
  host: string
  port: number
}

/** State LISTEN of proc_net_tcp. */
const LISTEN = '0A'

/** What listens in the container, by TCP, for IPv4 and IPv6. Its own resolver, 127.0.0.11 of Docker, is left out. */
export async function listeners(exec: Exec): Promise<Listener[]> {
  const { stdout } = await exec(['sh', '-c', 'cat /proc/net/tcp; cat /proc/net/tcp6 2>/dev/null'])
  const found = stdout.split('\n').flatMap((line): Listener[] => {
    const [, local = '', , state] = line.trim().split(/\s+/)
    if (state !== LISTEN) return []
    const [address = '', port = ''] = local.split(':')
    return [{ host: addressOf(address), port: Number.parseInt(port, 16) }]
  })
  return found.filter(({ host }) => host !== '127.0.0.11').sort((a, b) => a.port - b.port || (a.host < b.host ? -1 : 1))
}

/** Words of four octets, each in the byte order of the machine. */
function addressOf(hexadecimal: string): string {
  const octets = (hexadecimal.match(/.{8}/g) ?? []).flatMap((word) =>
    (word.match(/../g) ?? []).reverse().map((octet) => Number.parseInt(octet, 16)),
  )
  if (octets.length === 4) return octets.join('.')
  if (octets.every((octet) => octet === 0)) return '::'
  if (octets.slice(0, 15).every((octet) => octet === 0) && octets[15] === 1) return '::1'
  return Array.from({ length: 8 }, (_, index) =>
    (((octets[2 * index] ?? 0) << 8) | (octets[2 * index + 1] ?? 0)).toString(16),
  ).join(':')
}
