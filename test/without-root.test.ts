import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectEngine } from '../src/engine/connect.ts'
import { localSocket } from '../src/engine/endpoint.ts'
import { silentProgress } from '../src/engine/progress.ts'
import { NOBODY, notForOthers } from './other-user.ts'
import { MAILRIG, start, startVitest, type User } from './run-command.ts'

// A user in group docker, as on most people's machines and on CI runners: the engine obeys, but ports below 1024 of this
// host are for root. Where these tests run as root, they become such a user.
const engine = await connectEngine({ provision: false, progress: silentProgress })

/** The user to be, none where this process is one already; or why there is no such user here. */
function unprivileged(): { user?: User } | { reason: string } {
  const socket = localSocket(engine.endpoint)
  if (engine.reach !== 'direct' || socket === undefined) return { reason: 'containers are not reached directly here' }
  const lowest = Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'))
  if (lowest <= 53) return { reason: `every user of this host may listen on port ${lowest} and above` }
  if (process.getuid?.() !== 0) return {}
  const { gid, mode } = statSync(socket)
  if (gid === 0 || (mode & 0o060) !== 0o060) return { reason: `${socket} obeys no group but root's` }
  const closed = notForOthers()
  if (closed !== undefined) return { reason: closed }
  return { user: { uid: NOBODY, gid } }
}

const found = unprivileged()
const reason = 'reason' in found ? `, skipped: ${found.reason}` : ''

describe.skipIf('reason' in found)(`a user without root, in the group of the engine's socket${reason}`, () => {
  const user = 'user' in found ? { user: found.user } : {}
  let home: string
  let env: NodeJS.ProcessEnv
  beforeAll(() => {
    // With a blank, as in many people's names; and a terminal and a language that are not this developer's.
    home = mkdtempSync(join(tmpdir(), 'mailrig home '))
    if (user.user) chownSync(home, user.user.uid, user.user.gid)
    chmodSync(home, 0o700)
    env = {
      HOME: home,
      XDG_STATE_HOME: join(home, 'state'),
      TMPDIR: home,
      MAILRIG_ENGINE: 'existing',
      LC_ALL: 'de_DE.UTF-8',
      TERM: 'dumb',
      NO_COLOR: '',
      // As on a CI runner, whose log is a pipe.
      CI: 'true',
    }
  })
  afterAll(() => rmSync(home, { recursive: true, force: true }))

  it('is what the commands below run as', async () => {
    const look =
      "const s = require('node:net').createServer(); s.on('error', (e) => console.log(e.code)); s.listen(53, '127.0.0.1')"
    const { stdout } = await start(process.execPath, ['-e', look], { env, ...user }).outcome
    expect(stdout).toBe('EACCES\n')
  })

  it('sees the showcase', async () => {
    const { code, stdout, stderr } = await start(process.execPath, [MAILRIG, 'showcase'], { env, ...user }).outcome
    expect(code, stdout + stderr).toBe(0)
    expect(stdout).toContain('handed over from <jim@example.com> to <someone@elsewhere.example>')
    expect(stdout + stderr, 'no escape sequence goes into a pipe').not.toContain('\x1b')
  })

  it('runs scenarios', async () => {
    const include = 'test/fixtures/without-low-ports.scenario.ts'
    const run = startVitest('test/fixtures/vitest.config.ts', { ...env, MAILRIG_TEST_INCLUDE: include }, user.user)
    const { code, stdout, stderr } = await run.outcome
    expect(code, stdout + stderr).toBe(0)
    expect(stdout).toMatch(/Tests.* 5 passed \(5\)/)
  })

  // Where these tests run as root, the checkout is one that the user cannot write to.
  it('runs scenarios by the command line, in a checkout of another user', async () => {
    const args = ['run', 'scenarios/relaying/no-open-relay.scenario.ts', '--mta', 'postfix', '--release', 'bookworm']
    const { code, stdout, stderr } = await start(process.execPath, [MAILRIG, ...args], { env, ...user }).outcome
    expect(code, stdout + stderr).toBe(0)
    expect(stdout).toMatch(/Tests.* 18 passed \(18\)/)
    if (user.user) expect(stdout).toContain('the record of this run was not written: EACCES')
  })

  it('is told by the doctor that all is well', async () => {
    const { code, stdout } = await start(process.execPath, [MAILRIG, 'doctor', '--json'], { env, ...user }).outcome
    const { problems } = JSON.parse(stdout) as { problems: { blocking: boolean }[] }
    expect(problems.filter(({ blocking }) => blocking)).toEqual([])
    expect(code).toBe(0)
  })
})
