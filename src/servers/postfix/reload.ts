import { MailrigError } from '../../errors/mailrig-error.ts'
import type { ServerHandle } from '../operation.ts'

/** master(8) says so once it has read both files again and told its children. */
const RELOADED = /\bpostfix\/master\[\d+\]: reload -- version /

/**
 * A file younger than two seconds passes for half-written: every program that reads it would wait that out, master and
 * postmap among them.
 */
export const MAKE_OLD = 'touch -c -d @1 /etc/postfix/*.cf /etc/postfix/*.cidr /etc/postfix/vmailbox'

/**
 * A service process that waits for a client when Postfix reloads may serve one more with the old configuration, if it
 * is slow to notice. No line in the log tells that it has gone, so this looks: an old smtpd may be left for each
 * connection that stands, and no more.
 */
const RELOAD = `
smtpds() { grep -lx smtpd /proc/[0-9]*/comm 2>/dev/null || true; }
connections() { grep -Ec ' [0-9A-F]{8}:(0019|024B) [0-9A-F]{8}:[0-9A-F]{4} 01 ' /proc/net/tcp || true; }
old=$(smtpds)
${MAKE_OLD} && postfix reload || exit
for _ in $(seq 500); do
  left=0
  for process in $old; do [ ! -e "$process" ] || left=$((left + 1)); done
  [ "$left" -gt "$(connections)" ] || exit 0
  sleep 0.01
done
echo "$left smtpd processes go on with the old configuration" >&2
exit 1
`

/**
 * `postfix reload`. Sessions that are open go on with the old configuration; every later one has the new.
 *
 * @throws {MailrigError} with what the command said, where it refuses.
 */
export async function reload(server: ServerHandle): Promise<void> {
  const run = async () => {
    const { exitCode, stdout, stderr } = await server.exec(['sh', '-c', RELOAD])
    if (exitCode === 0) return
    throw new MailrigError(`expected "postfix reload" to end with 0, got ${exitCode}: ${stderr || stdout}`, {
      code: 'POSTFIX_RELOAD',
      remedy: 'Correct what Postfix names above in main.cf, master.cf or native.postfix.',
    })
  }
  await Promise.all([server.nextLogLine((line) => RELOADED.test(line), 'Postfix to have reloaded'), run()])
}
