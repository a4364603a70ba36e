import { parseEnv } from 'node:util'
import { interpolate } from './interpolate.ts'

/**
 * The variables of a `.env` or an `env_file` (compose-spec, 05-services.md). Those in values are filled, from `variables` and from
 * lines before; not so between single quotes.
 */
export function parseEnvFile(text: string, variables: NodeJS.ProcessEnv): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [name, value = ''] of Object.entries(parseEnv(text))) {
    const literal = new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=\\s*'`, 'm').test(text)
    const environment = { ...found, ...variables }
    found[name] = literal ? value : interpolate(value, { environment, onMissing: () => undefined })
  }
  return found
}

/** The same where it says `format: raw`: each line as it is. */
export function parseRawEnvFile(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const [, name, value = ''] = /^([A-Za-z_][\w.-]*)=(.*?)\r?$/.exec(line) ?? []
      return name === undefined ? [] : [[name, value] as const]
    }),
  )
}
