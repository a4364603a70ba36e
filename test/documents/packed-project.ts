import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { packed } from '../pack.ts'
import { ROOT, start } from '../run-command.ts'

/**
 * A folder such as a user has after `npm install --save-dev mailrig vitest`: the packed package, its dependencies and
 * their commands. What lies in it apart from node_modules can be thrown away.
 */
export class PackedProject {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  static async create(): Promise<PackedProject> {
    const folder = await mkdtemp(join(tmpdir(), 'mailrig-documents-'))
    const modules = join(folder, 'node_modules')
    const tarball = await packed()
    const manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>
      peerDependencies?: Record<string, string>
    }
    await mkdir(join(modules, 'mailrig'), { recursive: true })
    await mkdir(join(modules, '.bin'))
    const unpacked = await start('tar', ['-xzf', tarball, '-C', join(modules, 'mailrig'), '--strip-components=1'])
      .outcome
    expect(unpacked.code, unpacked.stderr).toBe(0)
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
      const link = join(modules, name)
      await mkdir(dirname(link), { recursive: true })
      await symlink(join(ROOT, 'node_modules', name), link)
    }
    const program = join(modules, 'mailrig/bin/mailrig.js')
    await chmod(program, 0o755)
    await symlink(program, join(modules, '.bin/mailrig'))
    await symlink(join(ROOT, 'node_modules/vitest/vitest.mjs'), join(modules, '.bin/vitest'))
    const project = new PackedProject(folder)
    await project.clear()
    return project
  }

  /** A folder for one page: nothing of the page before is in it. */
  async clear(): Promise<void> {
    for (const name of await readdir(this.folder)) {
      if (name !== 'node_modules') await rm(join(this.folder, name), { recursive: true })
    }
    await writeFile(join(this.folder, 'package.json'), '{ "type": "module" }\n')
  }

  /** What `npm install` leaves in a folder inside it. */
  async installIn(folder: string): Promise<void> {
    await readFile(join(folder, 'package.json'))
    await symlink(join(this.folder, 'node_modules'), join(folder, 'node_modules'))
  }

  /**
   * Runs lines of shell, as a user types them; stdout and stderr together, as a terminal shows them. Gives the folder
   * that the lines end in, too, for `cd`.
   */
  async shell(lines: string, cwd = this.folder): Promise<{ code: number | null; output: string; cwd: string }> {
    const path = [dirname(process.execPath), process.env.PATH].join(':')
    const where = join(this.folder, 'node_modules/.walk-folder')
    const script = `exec 2>&1\nset -e\ntrap 'pwd > "$WHERE"' EXIT\n${lines}`
    const { code, stdout } = await start('bash', ['-c', script], { cwd, env: { PATH: path, WHERE: where } }).outcome
    return { code, output: stdout, cwd: (await readFile(where, 'utf8')).trimEnd() }
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true })
  }
}
