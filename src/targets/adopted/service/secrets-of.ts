import type { ServiceGroup } from './service.ts'

/** A word so short may stand anywhere, and to mask it would hide the text. */
const SHORTEST = 4

/** What is a setting, and no secret, whatever its name says. */
const SETTING = /^(?:true|false|yes|no|on|off|none|null|\d{1,5}|\/[\w./-]*)$/i

/** Whether a variable's name says that its value is secret. One that ends so names a file: its value is a path. */
export function isSecretName(name: string): boolean {
  return /pass|secret|token|key|credential|hash/i.test(name) && !/_FILE$/i.test(name)
}

/** Everything of a service and of what runs beside it that no output may show. */
export function secretsOf({ mail, others, secrets }: ServiceGroup): string[] {
  const ofVariables = [mail, ...others].flatMap(({ environment }) =>
    Object.entries(environment).flatMap(([name, value]) => {
      const inUri = /^\w+:\/\/[^\s:@/]*:([^\s@/]+)@/.exec(value)?.[1]
      if (inUri !== undefined) return [inUri]
      return isSecretName(name) ? [value] : []
    }),
  )
  return [...new Set([...ofVariables, ...secrets])].filter((word) => word.length >= SHORTEST && !SETTING.test(word))
}

/** What to mask of a file that is a secret: the whole, each line, and what stands behind the last colon or equals sign of it. */
export function secretsInFile(content: Buffer): string[] {
  if (content.includes(0)) return []
  const lines = content
    .toString('utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
  return [content.toString('utf8').trim(), ...lines.flatMap((line) => [line, line.replace(/^.*[:=]\s*/, '')])]
}
