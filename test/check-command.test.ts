import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pack } from 'tar-stream'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { sampleFolder } from './adopted/boot-sample.ts'
import { MAILRIG, mailrig, start } from './run-command.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailrig-check-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** `mailrig check -` with a file on standard input. */
function piped(file: string) {
  return start('sh', ['-c', '"$0" "$1" check - < "$2"', process.execPath, MAILRIG, file]).outcome
}

it.each([
  ['nothing', [], /nothing was given to check/],
  ['a folder that is not there', ['nowhere-at-all'], /there is no folder nowhere-at-all/],
  ['a folder without a mail server', ['docs'], /holds no configuration of a mail server/],
  ['the sample and a folder', [sampleFolder('plain'), '--sample'], /--sample is a source by itself/],
  ['an overlay that does not exist', [sampleFolder('plain'), '--no-overlay', 'magic'], /no overlay "magic"/],
  ['an overlay that a rig needs', [sampleFolder('plain'), '--no-overlay', 'services'], /cannot be left out/],
  ['a release that does not exist', [sampleFolder('plain'), '--release', 'potato'], /potato/],
  ['a settings file that is not there', [sampleFolder('plain'), '--settings', 'nowhere.yaml'], /nowhere\.yaml/],
] as const)('%s is wrong input: exit code 2, and no stack', async (_, args, message) => {
  const { code, stderr } = await mailrig('check', ...args)
  expect(stderr).toMatch(message)
  expect(stderr).not.toMatch(/^\s+at /m)
  expect(code).toBe(2)
})

it('an archive with a name that leads out is wrong input', async () => {
  const archive = pack()
  archive.entry({ name: 'etc/postfix/main.cf' }, 'myhostname = mail.snow.example\n')
  archive.entry({ name: '../outside' }, 'x')
  archive.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of archive) chunks.push(Buffer.from(chunk as Uint8Array))
  const file = join(folder, 'evil.tar')
  await writeFile(file, Buffer.concat(chunks))
  const { code, stderr } = await piped(file)
  expect(stderr).toContain('leads out of what was given')
  expect(code).toBe(2)
})

it('a text on standard input is wrong input', async () => {
  const file = join(folder, 'text')
  await writeFile(file, 'hello\n')
  const { code, stderr } = await piped(file)
  expect(stderr).toContain('is not an archive of tar')
  expect(code).toBe(2)
})

it('--init writes a mailrig.yaml with what was derived, which check reads, and never a second time', async () => {
  const path = join(folder, 'mailrig.yaml')
  const first = await mailrig('check', sampleFolder('plain'), '--init', '--settings', path)
  expect(first.code, first.stderr).toBe(0)
  const text = await readFile(path, 'utf8')
  expect(text).toContain('release: [bookworm]')
  expect(text).toContain('host: mail.snow.example')
  expect(text).toContain('nobody-here@snow.example')
  const again = await mailrig('check', sampleFolder('plain'), '--init', '--settings', path)
  expect(again.code).toBe(2)
  await writeFile(path, `${text}\nhots: x\n`)
  const misspelt = await mailrig('check', sampleFolder('plain'), '--settings', path)
  expect(misspelt.stderr).toContain('hots')
  expect(misspelt.code).toBe(2)
})
