import { fork } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fateOf } from '../../engine/owner.ts'
import { terminalProgress } from '../../engine/progress.ts'
import { stateDirectory } from '../../engine/state-directory.ts'
import { InputError, MailrigError } from '../../errors/mailrig-error.ts'
import { prepareEngine } from '../../rig/open-run.ts'
import { mtaNamed, releaseNamed } from '../../servers/registry.ts'
import type { TopologyInput } from '../../topology/schema.ts'
import { parseTopology } from '../../topology/topology.ts'
import { keptRig, type RigDocument } from '../kept-rigs.ts'
import { loadTopology } from '../load-topology.ts'
import type { HoldAnswer, HoldOrder } from './hold.ts'

/** What `mailrig up` starts when it is given no topology. */
export const SAMPLE_TOPOLOGY: TopologyInput = {
  domains: {
    'example.com': { mailboxes: ['jim', 'petra'], aliases: { sales: 'petra' } },
  },
  trustedNetworks: ['lan'],
  internet: ['elsewhere.example'],
}

interface UpOptions {
  mta: string
  release: string
  name: string
  json?: boolean
}

export async function up(file: string | undefined, options: UpOptions): Promise<void> {
  const target = { mta: mtaNamed(options.mta), release: releaseNamed(options.release) }
  const topology = file === undefined ? SAMPLE_TOPOLOGY : await loadTopology(file)
  const { accounts } = parseTopology(topology)
  const existing = await keptRig(options.name)
  if (existing && fateOf(existing.owner) === 'alive') {
    throw new InputError(`a rig named ${JSON.stringify(options.name)} is up already`, {
      code: 'RIG_EXISTS',
      remedy: `End it with \`mailrig down ${options.name}\`, or give this one another --name.`,
    })
  }

  const progress = terminalProgress()
  await prepareEngine([target], progress, { database: accounts === 'postgresql' })
  const step = progress.step(`starting ${options.mta} from ${options.release}`)
  try {
    const document = await hold({ topology, ...options })
    step.done()
    process.stdout.write(options.json ? `${JSON.stringify(document, null, 2)}\n` : describe(document))
  } catch (error) {
    step.fail()
    throw error
  }
}

/** Starts the process that holds the rig, and resolves with what it says when the rig is up. */
async function hold(order: HoldOrder): Promise<RigDocument> {
  const log = openSync(join(stateDirectory(), `rig-${order.name}.log`), 'w')
  const child = fork(fileURLToPath(new URL('../../../bin/mailrig.js', import.meta.url)), ['hold'], {
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
  })
  closeSync(log)
  try {
    return await new Promise<RigDocument>((resolve, reject) => {
      child.on('message', (answer: HoldAnswer) => {
        if ('document' in answer) resolve(answer.document)
        else reject(new MailrigError(answer.error.message, answer.error))
      })
      child.on('error', reject)
      child.on('exit', (code) => reject(new Error(`the process that holds the rig ended with code ${code}`)))
      child.send(order)
    })
  } finally {
    if (child.connected) child.disconnect()
    child.unref()
  }
}

function describe(document: RigDocument): string {
  const endpoints = Object.entries(document.endpoints).map(
    ([name, { host, port }]) => `  ${name.padEnd(12)}${host}:${port}`,
  )
  const accounts = document.accounts.map(({ user, password }) => `  ${user}  password ${password}`)
  const { mta, name } = document
  return `${[
    `${mta.name} ${mta.version} (${mta.release}) is up as "${name}":`,
    ...endpoints,
    'accounts:',
    ...accounts,
    `authority of its certificates: ${document.authorityFile}`,
    `End it with: mailrig down${name === 'default' ? '' : ` ${name}`}`,
  ].join('\n')}\n`
}
