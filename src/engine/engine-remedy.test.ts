import { expect, it } from 'vitest'
import { engineRemedy } from './engine-remedy.ts'

it.each([
  [
    'runc create failed: error setting rlimits for ready process: error setting rlimit type 7: operation not permitted',
    'default_ulimits',
  ],
  ['slirp4netns failed: open("/dev/net/tun"): Permission denied', 'modprobe tun'],
  ['mkdir /var/lib/docker/overlay2/x: no space left on device', 'docker system prune'],
  ['Conflict. The container name is already in use', 'Correct what the engine names'],
])('for %j names what helps', (reason, remedy) => {
  expect(engineRemedy(reason)).toContain(remedy)
})
