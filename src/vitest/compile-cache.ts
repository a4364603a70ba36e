import module from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// The modules of mailrig and of Vitest are compiled once, and not by each run and each of its workers: that is half of the time
// in which they are loaded. Imported before they are; the place is Node's own default.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'node-compile-cache')
module.enableCompileCache(process.env.NODE_COMPILE_CACHE)
