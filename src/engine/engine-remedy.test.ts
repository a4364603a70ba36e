import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { engineRemedy } from './engine-remedy.ts'

it.each([
  [
    'runc create failed: error setting rlimits for ready process: error setting rlimit type 7: operation not permitted',
    'default_ulimits',
  ],
  ['slirp4netns failed: open("/dev/net/tun"): Permission denied', 'modprobe tun'],
  ['crun: cgroups in hybrid mode not supported, drop all controllers from cgroupv2', 'runtime = "runc"'],
  [
    'checking slirp4netns binary /usr/bin/slirp4netns: fork/exec /usr/bin/slirp4netns: no such file or directory',
    'apt-get install slirp4netns',
  ],
  ['mkdir /var/lib/docker/overlay2/x: no space left on device', 'docker system prune'],
  ['Conflict. The container name is already in use', 'Correct what the engine names'],
])('for %j names what helps', (reason, remedy) => {
  expect(engineRemedy(reason)).toContain(remedy)
})

it.each(['rlimit', 'cgroups in hybrid mode'])(
  'gives a command for Podman that writes its settings: %s',
  async (reason) => {
    const home = await mkdtemp(join(tmpdir(), 'mailrig-'))
    try {
      const [, command = ''] = /`(.*)`/.exec(engineRemedy(reason, false)) ?? []
      await promisify(execFile)('bash', ['-c', command], { env: { ...process.env, HOME: home } })
      const written = await readFile(join(home, '.config/containers/containers.conf'), 'utf8')
      expect(written).toMatch(
        /^\[(?:containers\]\ndefault_ulimits = \["nofile=\w+:\w+", "nproc=2048:2048"\]|engine\]\nruntime = "runc")\n$/,
      )
      expect(engineRemedy(reason, true)).toContain('>> /etc/containers/containers.conf')
    } finally {
      await rm(home, { recursive: true })
    }
  },
)
