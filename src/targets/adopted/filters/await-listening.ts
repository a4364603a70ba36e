/**
 * Ends when something listens at an address: a daemon goes to the background before it does. Ends with 1, and says so,
 * when the daemon has gone, or after a minute of naps.
 */
const SCRIPT = `name=$1 kind=$2 place=$3 naps=0
until if [ "$kind" = unix ]; then [ -S "$place" ]; else grep -qi ":$place 0*:0000 0A" /proc/net/tcp /proc/net/tcp6; fi; do
  cat /proc/[0-9]*/comm 2>/dev/null | grep -qx "$name" || { echo "$name ended before it listened" >&2; exit 1; }
  naps=$((naps + 1))
  [ $naps -lt 3000 ] || { echo "$name does not listen" >&2; exit 1; }
  sleep 0.02
done`

/** @param address \`unix:/path\` or \`inet:port\` */
export function awaitListening(daemon: string, address: string): string[] {
  const [, kind = '', place = ''] = /^(unix|inet):(.*)$/.exec(address) ?? []
  const where = kind === 'unix' ? place : Number(place).toString(16).padStart(4, '0')
  return ['sh', '-c', SCRIPT, 'await-listening', daemon, kind, where]
}
