import { lsearch } from './config-text.ts'
import { PATHS } from './paths.ts'

/** The password of an AUTH identity as the file has it, in base64; forces a failure where it has none. */
export function passwordInFile(identity: string): string {
  return lsearch(identity, PATHS.passwords, '{$value}', 'fail')
}
