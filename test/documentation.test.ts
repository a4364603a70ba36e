import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseSessionFile } from '../src/session-file/parse.ts'
import { pages, snippetsOf } from './documents/snippets.ts'
import { MAILRIG, ROOT, start, startScenarios } from './run-command.ts'

const FOLDER = '.mailrig/documentation'

const files = await pages()
const snippets = (await Promise.all(files.map(snippetsOf))).flat()

/** What parts of session files in the documentation speak of. */
const WORLD = `---
domains: { example.com: { mailboxes: [jim, petra] } }
local: { accounts: [anna] }
milters: [filter, lenient]
policies: [greylist]
---
`

beforeAll(() => mkdir(join(ROOT, FOLDER), { recursive: true }))
afterAll(() => rm(join(ROOT, FOLDER), { recursive: true, force: true }))

it('every scenario in the documentation passes, and every whole session file; the others can be read', async () => {
  // Those with a name of their own belong to the commands of their page: documents/walk.test.ts.
  const scenarios = snippets.filter(
    ({ language, text, attributes }) =>
      language === 'ts' && text.includes("from 'mailrig/vitest'") && !attributes.has('file'),
  )
  expect(scenarios.length, 'scenarios found').toBeGreaterThanOrEqual(6)
  for (const [index, { file, text }] of scenarios.entries()) {
    const name = `${file.replaceAll(/\W/g, '-')}-${index}.scenario.ts`
    await writeFile(join(ROOT, FOLDER, name), text)
  }
  const sessions = snippets.filter(({ language }) => language === 'smtp')
  expect(sessions.length, 'session files found').toBeGreaterThanOrEqual(8)
  for (const { file, text } of sessions) parseSessionFile(text.startsWith('---\n') ? text : WORLD + text, file)
  const whole = sessions.filter(({ text, attributes }) => text.startsWith('---\n') && !attributes.has('file'))
  expect(whole.length, 'whole ones').toBeGreaterThanOrEqual(1)
  for (const [index, { file, text }] of whole.entries()) {
    await writeFile(join(ROOT, FOLDER, `${file.replaceAll(/\W/g, '-')}-${index}.smtp`), text)
  }
  const { code, stdout, stderr } = await startScenarios(`${FOLDER}/*.scenario.ts`, `${FOLDER}/*.smtp`).outcome
  expect(code, stdout + stderr).toBe(0)
  const count = scenarios.length + whole.length
  expect(stdout).toMatch(new RegExp(`Test Files.* ${count} passed \\(${count}\\)`))
})

it('every scenario in the documentation is sound TypeScript', async () => {
  const folder = join(ROOT, FOLDER, 'types')
  await mkdir(folder, { recursive: true })
  const scenarios = snippets.filter(({ language, text }) => language === 'ts' && /^import/m.test(text))
  for (const [index, { file, text }] of scenarios.entries()) {
    await writeFile(join(folder, `${file.replaceAll(/\W/g, '-')}-${index}.ts`), text)
  }
  const config = { extends: '../../../tsconfig.json', include: ['.', '../../../src/vitest/config.ts'] }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  const { code, stdout } = await start(process.execPath, [tsc, '--noEmit', '--project', folder]).outcome
  expect(code, stdout).toBe(0)
})

it('docs/bugs.md has every file of the bug library, and each names its source and what a fixed server does', async () => {
  const names = (await readdir(join(ROOT, 'scenarios/bugs'))).filter((name) => name.endsWith('.smtp')).sort()
  const table = await readFile(join(ROOT, 'docs/bugs.md'), 'utf8')
  const rows = [...table.matchAll(/^\| \[([\w-]+)\]\(\.\.\/scenarios\/bugs\/\1\.smtp\) \|/gm)].map(
    ([, name]) => `${name}.smtp`,
  )
  expect(rows.sort()).toEqual(names)
  for (const name of names) {
    const path = join(ROOT, 'scenarios/bugs', name)
    const { title, description, references } = parseSessionFile(await readFile(path, 'utf8'), path).front
    expect({ name, title, description, references }).toEqual({
      name,
      title: expect.any(String),
      description: expect.stringMatching(/./),
      references: expect.arrayContaining([expect.any(String)]),
    })
  }
})

it('each configuration in the documentation gives the projects it says', async () => {
  const configs = snippets.filter(({ language, text }) => language === 'js' && text.includes('mailrigProjects'))
  expect(configs.length).toBeGreaterThanOrEqual(3)
  for (const { file, line, text } of configs) {
    const path = join(ROOT, FOLDER, `${file.replaceAll(/\W/g, '-')}-${line}.config.mjs`)
    await writeFile(path, text)
    const script = `import config from ${JSON.stringify(path)}; console.log(JSON.stringify(config.test.projects.map(({ test }) => test.name)))`
    const { code, stdout, stderr } = await start(process.execPath, [
      '--conditions=mailrig-source',
      '--input-type=module',
      '--eval',
      script,
    ]).outcome
    expect(code, stderr).toBe(0)
    const postfix = ['postfix-bookworm', 'postfix-trixie']
    const names = JSON.parse(stdout)
    if (text.includes("mtas: ['postfix']")) expect(names).toEqual(postfix)
    else if (text.includes('compose:')) expect(names).toEqual(['shop@image', 'live@compose'])
    else if (text.includes('targets: {')) expect(names).toEqual(['office@bookworm'])
    else expect(names).toEqual(expect.arrayContaining([...postfix, 'exim-trixie', 'sendmail-trixie']))
  }
})

it('every npm script in the documentation exists, and every mailrig command and option has help', async () => {
  const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  const texts = await Promise.all(files.map((file) => readFile(join(ROOT, file), 'utf8')))
  const all = texts.join('\n')
  const named = [...all.matchAll(/\bnpm run ([a-z:]+)/g)].map(([, name]) => name ?? '')
  expect(named.length).toBeGreaterThan(0)
  for (const name of named) expect(Object.keys(scripts)).toContain(name)

  const help = (await start(process.execPath, [MAILRIG, '--help']).outcome).stdout
  const list = help.slice(help.indexOf('Commands:'), help.indexOf('Examples:'))
  const commands = new Set(
    [...list.matchAll(/^ {2}([a-z]+)/gm)].map(([, name]) => name ?? '').filter((name) => name !== 'help'),
  )
  // A command with the long options that stand behind it on its line or in its `code`.
  const used = new Map<string, Set<string>>()
  for (const [, command = '', rest = ''] of all.matchAll(/\bmailrig (?:-- )?([a-z]+)\b([^`|#\n]*)/g)) {
    if (!commands.has(command)) continue
    const options = used.get(command) ?? new Set()
    for (const [option] of rest.matchAll(/(?<= )--[a-z][a-z-]*/g)) options.add(option)
    used.set(command, options)
  }
  expect(used.size).toBeGreaterThan(0)
  const reference = await readFile(join(ROOT, 'docs/cli.md'), 'utf8')
  for (const command of commands)
    expect(reference, 'a row for each command').toMatch(new RegExp(`^\\| \`${command}\\b`, 'm'))
  for (const [command, options] of used) {
    const { code, stdout } = await start(process.execPath, [MAILRIG, command, '--help']).outcome
    expect({ command, code }).toEqual({ command, code: 0 })
    expect(stdout).toContain(`Usage: mailrig ${command}`)
    for (const option of options) expect(stdout, `mailrig ${command} ${option}`).toContain(option)
  }
  for (const command of commands) {
    const { stdout } = await start(process.execPath, [MAILRIG, command, '--help']).outcome
    const [, section = ''] = new RegExp(`^## ${command}\\n(.*?)(?=^## )`, 'ms').exec(reference) ?? []
    const row = new RegExp(`^\\| \`${command}\\b.*$`, 'm').exec(reference)?.[0] ?? ''
    for (const [, option = ''] of stdout.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)) {
      if (option === '--help' || (command === 'showcase' && /^--(?:mta|release)$/.test(option))) continue
      expect(`${row}\n${section}`, `docs/cli.md on mailrig ${command}`).toContain(option)
    }
  }
})

it('every relative link in the documentation leads somewhere, to a heading where it names one', async () => {
  const headings = new Map<string, Set<string>>()
  for (const file of files) {
    const text = await readFile(join(ROOT, file), 'utf8')
    for (const [, target = '', anchor] of text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)) {
      const path = target === '' ? file : join(file, '..', target)
      await expect(stat(join(ROOT, path)), `${file} → ${target}`).resolves.toBeDefined()
      if (anchor === undefined) continue
      if (!headings.has(path)) headings.set(path, anchorsOf(await readFile(join(ROOT, path), 'utf8')))
      expect([...(headings.get(path) ?? [])], `${file} → ${target}#${anchor}`).toContain(anchor)
    }
  }
})

/** As GitHub makes them of headings. */
function anchorsOf(text: string): Set<string> {
  const titles = text.replaceAll(/^```.*?^```$/gms, '').matchAll(/^#+ (.*)$/gm)
  return new Set(
    [...titles].map(([, title = '']) =>
      title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}
