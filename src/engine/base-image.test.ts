import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { ensureBase } from './base-image.ts'
import type { Engine } from './engine.ts'
import { silentProgress } from './progress.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailrig-base-'))
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

/** Stands in for mmdebstrap(1), and what it needs without root. */
async function bootstrapBy(script: string): Promise<void> {
  for (const name of ['mmdebstrap', 'newuidmap']) {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`)
    await chmod(join(folder, name), 0o755)
  }
}

/** An engine without an image and without a registry. */
function engineThat(importImage: (archive: NodeJS.ReadableStream) => Promise<NodeJS.ReadableStream>): Engine {
  const missing = () => Promise.reject(Object.assign(new Error('no such image'), { statusCode: 404 }))
  return {
    registryAnswers: () => Promise.resolve(false),
    docker: { getImage: () => ({ inspect: missing, remove: missing }), importImage },
  } as unknown as Engine
}

it('ends with the reason where the engine stops to take the archive half-way', async () => {
  await bootstrapBy('exec yes')
  const engine = engineThat(
    (archive) =>
      new Promise((_, reject) => {
        archive.once('data', () => {
          archive.pause()
          reject(new Error('no space left on device'))
        })
      }),
  )
  await expect(ensureBase(engine, 'bookworm', silentProgress)).rejects.toMatchObject({
    code: 'BASE_IMAGE_MISSING',
    message: expect.stringContaining('no space left on device'),
  })
})

it('says what mmdebstrap said where it makes no archive', async () => {
  await bootstrapBy('echo "E: the archive is away" >&2; exit 7')
  const engine = engineThat(() => Promise.reject(new Error('the engine was asked')))
  await expect(ensureBase(engine, 'bookworm', silentProgress)).rejects.toMatchObject({
    code: 'BASE_IMAGE_MISSING',
    message: expect.stringMatching(/mmdebstrap ended with 7\nE: the archive is away/),
  })
})

it('asks for nothing where the image is there', async () => {
  await bootstrapBy('exit 1')
  const engine = { docker: { getImage: () => ({ inspect: () => Promise.resolve({}) }) } } as unknown as Engine
  await expect(ensureBase(engine, 'bookworm', silentProgress)).resolves.toBeUndefined()
})
