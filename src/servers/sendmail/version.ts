/** Address test mode with debug level 0.1 prints the version first, and ends with its input. */
export const VERSION_COMMAND = ['sh', '-c', '/usr/sbin/sendmail -d0.1 -bt < /dev/null']

/** `Version 8.17.1.9` → `8.17.1.9`; empty when there is none. */
export function parseVersion(stdout: string): string {
  return /^Version (\S+)/m.exec(stdout)?.[1] ?? ''
}
