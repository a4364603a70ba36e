import { terminalProgress } from '../../engine/progress.ts'
import { outColours as pc } from '../../errors/colours.ts'
import { openRun, prepareEngine } from '../../rig/open-run.ts'
import type { Rig } from '../../rig/rig.ts'
import { startRig } from '../../rig/start-rig.ts'
import { mtaNamed, releaseNamed } from '../../servers/registry.ts'
import { parseTopology } from '../../topology/topology.ts'
import { cleanUpOnSignal } from '../until-interrupted.ts'

const TOPOLOGY = parseTopology({
  domains: { 'example.com': { mailboxes: ['jim', 'petra'], aliases: { sales: 'petra' } } },
  smarthost: 'upstream',
  internet: ['snow.example', 'elsewhere.example'],
})

/** In a checkout, and where mailrig is installed. */
const NEXT = import.meta.url.endsWith('.ts')
  ? 'Next: `npm test` runs every scenario; README.md shows how to write one.'
  : 'Next: `npx mailrig init` writes tests to begin with into your own repository.'

/** A short tour for the first minute: one session line by line, one mailbox, one relayed message, and the times. */
export async function showcase(options: { mta: string; release: string }): Promise<void> {
  const target = { mta: mtaNamed(options.mta), release: releaseNamed(options.release) }
  const times: [string, number][] = []
  const timed = async <T>(step: string, work: () => Promise<T>): Promise<T> => {
    const started = performance.now()
    const result = await work()
    times.push([step, performance.now() - started])
    return result
  }

  const engine = await timed('engine and images', () => prepareEngine([target], terminalProgress(), { accounts: [] }))
  const run = await timed('networks, resolver, upstream', () => openRun(engine))
  let rig: Rig | undefined
  await cleanUpOnSignal(
    async () => {
      rig = await timed('boot', () => startRig({ topology: TOPOLOGY, ...target, world: run.world }))
      const version = await rig.mta.version()
      say(`${target.mta.name} ${version} and Dovecot, both from Debian ${target.release}, are up.`)
      await tour(rig, timed)
    },
    async () => {
      await timed('teardown', async () => {
        await rig?.stop()
        await run.close()
      })
    },
  )
  say('Everything is removed again. What took how long:')
  for (const [step, ms] of times) out(`  ${step.padEnd(30)}${ms.toFixed(0).padStart(7)} ms`)
  say(NEXT)
}

async function tour(rig: Rig, timed: <T>(step: string, work: () => Promise<T>) => Promise<T>): Promise<void> {
  say('1. A session from the internet side, line by line:')
  await timed('session', async () => {
    const session = await rig.session({ onLine: (line) => out(`  ${line}`) })
    await session.ehlo('snow.example')
    await session.mailFrom('marc@snow.example')
    await session.rcptTo('nobody@example.com')
    await session.rcptTo('sales@example.com')
    await session.data(
      'From: Marc <marc@snow.example>\nTo: sales@example.com\nSubject: Hello\nMessage-ID: <hello@snow.example>\n\nGood day!\n',
    )
    await session.quit()
  })

  say('2. The alias leads to petra, and her mailbox has it, by IMAP:')
  const stored = await timed('delivery, seen by IMAP', () =>
    rig.mailbox('petra').waitFor({ messageId: 'hello@snow.example' }),
  )
  const { subject, from, text } = await stored.parsed()
  out(`  UID ${stored.uid}: "${subject}" from ${from?.address}: ${text?.trim()}`)

  say('3. Jim logs in at the submission port, and his message to another domain leaves through the upstream:')
  const relayed = await timed('relayed, seen by the upstream', async () => {
    const { user, password } = account(rig, 'jim@example.com')
    const message = await rig.send({
      service: 'submission',
      tls: 'starttls',
      auth: { user, password },
      from: user,
      to: 'someone@elsewhere.example',
    })
    return rig.upstream().next({ messageId: message.messageId })
  })
  out(`  handed over ${relayed.describe()}`)
}

function account(rig: Rig, address: string) {
  const found = rig.accounts.find((candidate) => candidate.address === address)
  if (!found) throw new Error(`the showcase declares ${address}`)
  return found
}

function say(text: string): void {
  out(pc.bold(text))
}

function out(text: string): void {
  process.stdout.write(`${text}\n`)
}
