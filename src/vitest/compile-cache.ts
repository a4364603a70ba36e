import module from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// What is loaded later, here and in each worker, is compiled once and not by each run: that is half of the time to load it. What
// the configuration itself imports is compiled before this runs. The place is Node's own default.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'node-compile-cache')
module.enableCompileCache(process.env.NODE_COMPILE_CACHE)
