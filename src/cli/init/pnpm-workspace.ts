import { readFileSync } from 'node:fs'

const { allowScripts } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  allowScripts: Record<string, boolean>
}

/**
 * What pnpm wants to be told before it calls an install complete: these packages need not run their install scripts.
 *
 * @see https://pnpm.io/settings#allowbuilds
 */
export function allowBuilds(): string {
  const refused = Object.entries(allowScripts).filter(([, allowed]) => !allowed)
  const lines = refused.map(([name]) => `  ${name}: false`).sort()
  return `# mailrig does without what these would compile.\nallowBuilds:\n${lines.join('\n')}\n`
}
