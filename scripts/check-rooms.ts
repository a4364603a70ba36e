// Holds the imports of src/ against the table of rooms; part of `npm run check`.
import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { importsOf } from './imports.ts'
import { roomFaults } from './room-faults.ts'
import { ROOMS } from './rooms.ts'

const SOURCES = fileURLToPath(new URL('../src', import.meta.url))

const faults = roomFaults(importsOf(SOURCES, globSync('**/*.ts', { cwd: SOURCES }).sort()), ROOMS)
for (const fault of faults) process.stderr.write(`${fault}\n`)
if (faults.length > 0) {
  process.stderr.write('Move what is shared to a room that both may know, or change the table in scripts/rooms.ts.\n')
  process.exitCode = 1
}
