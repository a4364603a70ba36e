import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { parseSessionFile } from '../../session-file/parse.ts'
import { commandsOf } from './package-manager.ts'
import type { Project } from './project.ts'
import { starterFiles } from './starter.ts'

const MATRIX = { mtas: ['postfix'], releases: undefined }

function project(own: Partial<Project> = {}): Project {
  const packageManager = commandsOf('npm')
  const found = { config: undefined, hasUnitTests: false, missing: [], repository: undefined }
  return { folder: '/home/jim/app', extension: 'js', packageManager, ...found, ...own }
}

function file(path: string, own: Partial<Project> = {}) {
  const found = starterFiles(project(own), { matrix: MATRIX, ci: [] }).find((one) => one.path === path)
  if (!found) throw new Error(`there is no ${path}`)
  return found
}

describe('starterFiles', () => {
  it('has a file for the CI services that are asked for', () => {
    const paths = (ci: readonly ('github' | 'gitlab')[]) =>
      starterFiles(project(), { matrix: MATRIX, ci }).map(({ path }) => path)
    expect(paths([])).toEqual(['vitest.config.js', 'mail/aliases.scenario.js', 'mail/no-open-relay.smtp', '.gitignore'])
    expect(paths(['gitlab'])).toContain('.gitlab-ci.yml')
    expect(paths(['github'])).toContain('.github/workflows/mail.yml')
  })

  it('tells pnpm at the root of a repository which install scripts are not needed', () => {
    const pnpm = { packageManager: commandsOf('pnpm') }
    const { text, lacks } = file('pnpm-workspace.yaml', pnpm)
    expect(parse(text)).toEqual({ allowBuilds: { 'cpu-features': false, protobufjs: false, ssh2: false } })
    expect(lacks?.add).toBe(text)
    expect(() => file('pnpm-workspace.yaml', { ...pnpm, repository: '/home/jim' })).toThrow('there is no')
    expect(() => file('pnpm-workspace.yaml')).toThrow('there is no')
  })

  it('names the configuration that is there already, and what it lacks', () => {
    const { lacks } = file('vite.config.ts', { config: 'vite.config.ts' })
    expect(lacks?.add).toContain("test.projects     [...mailrigProjects({ mtas: ['postfix'] })]")
    expect(() => file('vitest.config.js', { config: 'vite.config.ts' })).toThrow('there is no')
  })

  it('has a session file that can be read', () => {
    const path = 'mail/no-open-relay.smtp'
    expect(parseSessionFile(file(path).text, path).front.title).toContain('A stranger cannot send mail')
  })
})
