// Writes docs/checks.md, for `npm run docs`: the checklist, from the checks themselves.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Check } from '../src/check/check.ts'
import { loadChecks } from '../src/check/load-checks.ts'

const PAGE = fileURLToPath(new URL('../docs/checks.md', import.meta.url))

/** Folder of checks/ → heading. */
const AREAS: Readonly<Record<string, string>> = {
  relay: 'Who may relay',
  recipients: 'Recipients',
  mailboxes: 'Mailboxes and logins',
  tls: 'TLS and passwords',
  protocol: 'The protocol',
  outbound: 'What leaves',
  store: 'The store',
  robustness: 'Under load, and after a restart',
}

const HEAD = `# The checklist

Made by \`npm run docs\`; do not edit. These are the checks in \`checks/\`. Each asks one question, and the answer is one of
these:

- **ok**;
- **fault**: it is not as it has to be. The answer says what was expected, what came, and shows the dialogue and the lines
  of the log;
- **not applicable**, with the reason: the server has no such service, or nobody declared what is needed;
- **could not be told**, with the reason.

What a fault means is said by the severity of the check: *fault*, mail is lost, read or abused; *risk*, it may be; *note*,
it is worth knowing.
`

const TAIL = `
## Write your own

A file has one check, or a list of them, as its default export. It needs nothing at run time but what it is handed:

    import type { Check } from 'mailrig/check'

    export default {
      id: 'helo-is-answered',
      title: 'HELO is answered',
      reason: 'Old programs greet by HELO and no other word. They cannot send mail to a server that refuses it.',
      source: 'RFC 5321 4.1.1.1',
      severity: 'risk',
      async run(t) {
        const session = await t.session({ ehlo: false })
        t.replied(await session.helo(), 250, 'HELO')
      },
    } satisfies Check

\`t.fault(expected, came)\`, \`t.doesNotApply(reason)\` and \`t.unsure(reason)\` end a check; without one it is ok. Checks run
side by side: use \`t.token\` in addresses and subjects, and \`alone: true\` where the whole server is needed.
`

export async function checksPage(): Promise<string> {
  const areas = await Promise.all(
    Object.entries(AREAS).map(async ([folder, heading]) => {
      const checks = await loadChecks(fileURLToPath(new URL(`../checks/${folder}`, import.meta.url)))
      return { heading, checks }
    }),
  )
  const all = await loadChecks()
  const listed = areas.flatMap(({ checks }) => checks)
  if (listed.length !== all.length) throw new Error('a folder of checks/ has no heading')
  const sections = areas.map(({ heading, checks }) => `## ${heading}\n\n${table(checks)}\n`)
  return `${HEAD}\nThere are ${all.length} checks.\n\n${sections.join('\n')}${TAIL}`
}

function table(checks: readonly Check[]): string {
  const rows = checks.map(({ id, title, severity, source }) => `| \`${id}\` | ${title} | ${severity} | ${source} |`)
  return ['| id | what holds | severity | source |', '|---|---|---|---|', ...rows].join('\n')
}

if (import.meta.main) writeFileSync(PAGE, await checksPage())
