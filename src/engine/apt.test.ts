import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { aptInstall } from './apt.ts'
import { silentProgress } from './progress.ts'

/** Fails like apt-get(8) when another one holds the lock of the package lists, for which no option has it wait. */
const APT_GET = `#!/bin/sh
mkdir "$0.lock" || { echo "E: Could not get lock" >&2; exit 100; }
sleep 0.1
rmdir "$0.lock"
`

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailrig-apt-'))
  await writeFile(join(folder, 'apt-get'), APT_GET)
  await chmod(join(folder, 'apt-get'), 0o755)
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

it('installs for one after the other: two base images made side by side both need mmdebstrap', async () => {
  const install = () => aptInstall(['mmdebstrap'], silentProgress.step('packages'))
  await expect(Promise.all([install(), install()])).resolves.toHaveLength(2)
})
