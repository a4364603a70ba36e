import { readFile } from 'node:fs/promises'
import { z } from 'zod'

/** What one run left: every test that was run, and what went wrong outside the tests. Written by outcomes-reporter.ts. */
const outcomes = z.object({
  tests: z.array(
    z.object({
      /** The vitest project: the server and its release, `unit`, `integration`. */
      project: z.string(),
      /** From the root. */
      file: z.string(),
      /** Empty for the file itself: its rig did not start, it could not be read. */
      name: z.string(),
      failed: z.boolean(),
      /** The first line of why. */
      cause: z.string(),
    }),
  ),
  /** First lines of errors that belong to no test. */
  errors: z.array(z.string()),
})
export type Outcomes = z.infer<typeof outcomes>

/** @throws where the run left none, or another one's */
export async function readOutcomes(path: string): Promise<Outcomes> {
  return outcomes.parse(JSON.parse(await readFile(path, 'utf8')))
}
