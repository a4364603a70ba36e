// Prints the projects of a matrix as one JSON array, for the jobs of CI: `node scripts/list-projects.ts wide`.
import { matrixNamed } from '../src/report/matrix.ts'

console.log(JSON.stringify(matrixNamed(process.argv[2] ?? 'default').projects))
