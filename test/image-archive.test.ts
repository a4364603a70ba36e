import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { baseTag, isPresent } from '../src/engine/base-image.ts'
import { buildImage } from '../src/engine/build-image.ts'
import { connectEngine } from '../src/engine/connect.ts'
import type { Engine } from '../src/engine/engine.ts'
import { loadImages, saveImages } from '../src/engine/image-archive.ts'
import { silentProgress } from '../src/engine/progress.ts'
import { mailrig } from './run-command.ts'

const TAG = `mailrig/test-archive:${process.pid}`
const CLEAR = { force: true }

let folder: string
let engine: Engine
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailrig-archive-'))
  engine = await connectEngine({ provision: false, progress: silentProgress })
  const dockerfile = {
    path: 'Dockerfile',
    content: ['ARG BASE', 'FROM $BASE', 'COPY a /a', ''].join('\n'),
    mode: 0o644,
  }
  const context = [dockerfile, { path: 'a', content: TAG, mode: 0o644 }]
  const request = { tag: TAG, context, buildArguments: { BASE: baseTag('bookworm') }, labels: {} }
  await buildImage(engine, request, silentProgress.step(''))
})
afterAll(async () => {
  await engine.docker.getImage(TAG).remove(CLEAR)
  await rm(folder, { recursive: true })
})

it('writes images into a file, and another engine gets them from it', async () => {
  const path = join(folder, 'new/images.tar')
  await saveImages(engine, [TAG], path, silentProgress)
  expect((await stat(path)).size).toBeGreaterThan(50_000_000)
  expect(await readdir(join(folder, 'new')), 'and nothing half').toEqual(['images.tar'])
  await engine.docker.getImage(TAG).remove(CLEAR)
  expect(await isPresent(engine, TAG)).toBe(false)
  await loadImages(engine, path, silentProgress)
  expect(await isPresent(engine, TAG)).toBe(true)
})

it('says what is wrong with a file', async () => {
  const none = await mailrig('build', '--load', join(folder, 'none.tar'))
  expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('none.tar') })
  await writeFile(join(folder, 'text.tar'), 'this is no archive')
  const text = await mailrig('build', '--load', join(folder, 'text.tar'))
  expect(text.code, text.stderr).toBe(2)
  expect(text.stderr).toContain('text.tar was not loaded: ')
  const nowhere = saveImages(engine, [TAG], join(folder, 'text.tar/images.tar'), silentProgress)
  await expect(nowhere).rejects.toMatchObject({ code: 'IMAGE_ARCHIVE', exitCode: 2 })
  const intoFolder = saveImages(engine, [TAG], folder, silentProgress)
  await expect(intoFolder).rejects.toThrow(`${folder} cannot be written: it is a folder`)
  const unknown = saveImages(engine, ['mailrig/none:none'], join(folder, 'unknown.tar'), silentProgress)
  await expect(unknown).rejects.toThrow()
  expect(await readdir(folder), 'no file of images that are not there').not.toContain('unknown.tar')
})
