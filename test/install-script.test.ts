import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NOBODY, notForOthers } from './other-user.ts'
import { ROOT, start, type User } from './run-command.ts'

/** Installs nothing, but leaves word that it was asked to. */
const NPM = '#!/bin/sh\necho "$@" > npm-was-here\nexit $NPM_EXIT\n'
const LOCK = {
  packages: {
    '': { name: 'checkout' },
    'node_modules/one': { version: '1.0.0', integrity: 'sha512-one' },
    'node_modules/other-system': { version: '2.0.0', integrity: 'sha512-other', optional: true },
  },
}
/** As npm leaves it: without the checkout itself, and without what is for another system. */
const INSTALLED = { packages: { 'node_modules/one': LOCK.packages['node_modules/one'] } }

let checkout: string
const write = (file: string, content: unknown) => writeFileSync(join(checkout, file), JSON.stringify(content))
beforeEach(() => {
  // With blanks, as in the names of people's folders.
  checkout = mkdtempSync(join(tmpdir(), 'mailrig install '))
  for (const folder of ['scripts', 'bin', 'node_modules/node/bin'])
    mkdirSync(join(checkout, folder), { recursive: true })
  copyFileSync(join(ROOT, 'scripts/install.mjs'), join(checkout, 'scripts/install.mjs'))
  writeFileSync(join(checkout, 'node_modules/node/bin/node'), '')
  writeFileSync(join(checkout, 'bin/npm'), NPM)
  chmodSync(join(checkout, 'bin/npm'), 0o755)
  write('package-lock.json', LOCK)
  write('node_modules/.package-lock.json', INSTALLED)
})
afterEach(() => rmSync(checkout, { recursive: true }))

async function install(options: { env?: NodeJS.ProcessEnv; user?: User } = {}) {
  const { code, stderr } = await start(process.execPath, [join(checkout, 'scripts/install.mjs')], {
    ...options,
    env: { NPM_EXIT: '0', ...options.env, PATH: `${join(checkout, 'bin')}:${process.env.PATH}` },
  }).outcome
  const asked = join(checkout, 'npm-was-here')
  return { code, stderr, npm: existsSync(asked) ? readFileSync(asked, 'utf8').trim() : undefined }
}

const isRoot = process.getuid?.() === 0
const closed = isRoot ? notForOthers() : undefined

describe('scripts/install.mjs', () => {
  it('installs nothing where npm has installed all, by whatever command', async () => {
    expect(await install()).toEqual({ code: 0, stderr: '', npm: undefined })
  })

  it('writes nothing there: the checkout may be read-only', async () => {
    await install()
    expect(existsSync(join(checkout, 'node_modules/.mailrig-lock'))).toBe(false)
  })

  it.each([
    ['another version', { packages: { 'node_modules/one': { version: '1.0.1', integrity: 'sha512-one' } } }],
    ['other contents', { packages: { 'node_modules/one': { version: '1.0.0', integrity: 'sha512-two' } } }],
    ['a package too few', { packages: {} }],
    ['a package too many', { packages: { ...INSTALLED.packages, 'node_modules/two': { version: '1.0.0' } } }],
  ])('installs where there is %s', async (_, installed) => {
    write('node_modules/.package-lock.json', installed)
    const { code, npm } = await install()
    expect(npm).toBe('ci --no-audit --no-fund --loglevel=error')
    expect(code).toBe(0)
  })

  it('installs where nothing is', async () => {
    rmSync(join(checkout, 'node_modules'), { recursive: true })
    expect((await install()).npm).toMatch(/^ci /)
  })

  it('ends with 3 and what to do when npm fails', async () => {
    rmSync(join(checkout, 'node_modules'), { recursive: true })
    const { code, stderr } = await install({ env: { NPM_EXIT: '1' } })
    expect(code).toBe(3)
    expect(stderr).toContain('`npm ci` failed; mend what it says above')
  })

  // Root would not notice.
  it.skipIf(closed !== undefined)(
    `says that a checkout is read-only${closed ? `, skipped: ${closed}` : ''}`,
    async () => {
      rmSync(join(checkout, 'node_modules'), { recursive: true })
      chmodSync(checkout, 0o555)
      const { code, stderr, npm } = await install(isRoot ? { user: { uid: NOBODY, gid: NOBODY } } : {})
      chmodSync(checkout, 0o755)
      expect({ code, npm }).toEqual({ code: 3, npm: undefined })
      expect(stderr).toContain('cannot be written to: run `npm ci` there as its owner')
    },
  )
})
