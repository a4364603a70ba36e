#!/usr/bin/env node
// Starts the command line on a Node that can run it: this one, or the `node` package beside it in a checkout.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = new URL('..', import.meta.url)
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major > 22 || (major === 22 && minor >= 22)) {
  // Node's own default place. Half of the time to load the program goes to compiling it.
  process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'node-compile-cache')
  module.enableCompileCache(process.env.NODE_COMPILE_CACHE)
  const source = new URL('src/cli/main.ts', root)
  await import(existsSync(source) ? source.href : new URL('dist/cli/main.js', root).href)
} else {
  const newer = fileURLToPath(new URL('node_modules/node/bin/node', root))
  if (existsSync(newer)) {
    const child = spawn(newer, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
    child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)))
  } else {
    process.stderr.write(`mailrig needs Node 22.22 or newer; this is ${process.version}.\n`)
    process.stderr.write('In a checkout, `npm ci` brings a newer one along; otherwise install Node 24 LTS.\n')
    process.exit(3)
  }
}
