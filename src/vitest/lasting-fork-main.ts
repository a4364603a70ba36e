import { init, runBaseTests, setupEnvironment } from 'vitest/worker'

// A process of lastingForks: vitest's own worker of child processes, told to start once for each project it serves.

/** Scenarios may replace what they like of `process`. */
const send = process.send?.bind(process)
const on = process.on.bind(process)
const off = process.off.bind(process)
const exit = process.exit.bind(process)
type Modules = Parameters<NonNullable<Parameters<typeof init>[0]['onModuleRunner']>>[0]['evaluatedModules']
let modules: Modules | undefined

// Each project has a channel of its own, listening.
process.setMaxListeners(0)
process.on('disconnect', () => exit(1))
// Ctrl-C in a terminal goes to every process of the run: the one that reports says what happens then.
process.on('SIGINT', () => {})

init({
  post: (message) => send?.(message),
  on: (listener) => on('message', listener),
  off: (listener) => off('message', listener),
  // The files of one project share their modules; those of the next have them anew, as in a process of its own.
  setup: (context) => {
    modules?.clear()
    return setupEnvironment(context)
  },
  onModuleRunner: (runner) => {
    modules = runner.evaluatedModules
  },
  runTests: (state, traces) => runBaseTests('run', state, traces),
  collectTests: (state, traces) => runBaseTests('collect', state, traces),
})
