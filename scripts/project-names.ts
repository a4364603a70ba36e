// Prints the names of all projects of vitest.config.ts as JSON: one job of CI each.
import { matrixProjects } from '../src/report/matrix.ts'

process.stdout.write(`${JSON.stringify(['unit', 'integration', ...matrixProjects])}\n`)
