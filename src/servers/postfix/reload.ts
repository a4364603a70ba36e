import { MailrigError } from '../../errors/mailrig-error.ts'
import type { ServerHandle } from '../contract.ts'

/** master(8) says so once it has read both files again and told its children. */
const RELOADED = /\bpostfix\/master\[\d+\]: reload -- version /

/**
 * `postfix reload`.
 *
 * @throws {MailrigError} with what the command said, where it refuses.
 */
export async function reload(server: ServerHandle): Promise<void> {
  // A file younger than two seconds passes for half-written: master and every process after it would wait that out.
  const command = [
    'sh',
    '-c',
    'touch -c -d @1 /etc/postfix/*.cf /etc/postfix/*.cidr /etc/postfix/vmailbox && postfix reload',
  ]
  const run = async () => {
    const { exitCode, stdout, stderr } = await server.exec(command)
    if (exitCode === 0) return
    throw new MailrigError(`expected "postfix reload" to end with 0, got ${exitCode}: ${stderr || stdout}`, {
      code: 'POSTFIX_RELOAD',
      remedy: 'Correct what Postfix names above in main.cf, master.cf or native.postfix.',
    })
  }
  await Promise.all([server.nextLogLine((line) => RELOADED.test(line), 'Postfix to have reloaded'), run()])
}
