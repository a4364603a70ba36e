import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { beforeAll, expect, it } from 'vitest'
import { connectEngine } from '../src/engine/connect.ts'
import { ensureImages, imageTag } from '../src/engine/images.ts'
import { LABEL } from '../src/engine/labels.ts'
import { silentProgress } from '../src/engine/progress.ts'
import { openImap } from '../src/mailbox/imap.ts'
import type { TopologyInput } from '../src/topology/schema.ts'
import { mailrig } from './run-command.ts'

const CLIENTS = { server: 'clients', release: 'bookworm' }
const RIG = 'stock-smtp-client'
const HOST = 'mx.example.com'
const AUTHORITY = '/tmp/authority.pem'

const TOPOLOGY: TopologyInput = {
  domains: { 'example.com': { mailboxes: { jim: { password: 'correct horse' } } } },
  submission: { tls: 'required', mechanisms: ['PLAIN', 'CRAM-MD5', 'SCRAM-SHA-256'] },
}

interface UpDocument {
  endpoints: Record<'submission' | 'imap', { host: string; port: number }>
  accounts: { address: string; user: string; password: string }[]
  authority: string
}

beforeAll(async () => {
  const engine = await connectEngine({ provision: false, progress: silentProgress })
  await ensureImages(engine, [CLIENTS], silentProgress)
})

it('swaks and msmtp submit to a kept rig, with TLS that they verify and AUTH', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mailrig-'))
  try {
    const file = join(folder, 'topology.json')
    await writeFile(file, JSON.stringify(TOPOLOGY))
    const up = await mailrig('up', file, '--mta', 'exim', '--release', 'trixie', '--name', RIG, '--json')
    expect(up.code, up.stderr).toBe(0)
    const rig: UpDocument = JSON.parse(up.stdout)
    const jim = rig.accounts[0]
    if (!jim) throw new Error('the rig has an account')

    const run = await startClients(rig)
    const bySwaks = await run([
      ...['swaks', '--server', HOST, '--port', '587', '--tls', '--tls-verify', '--tls-ca-path', AUTHORITY],
      ...['--auth', 'CRAM-MD5', '--auth-user', jim.user, '--auth-password', jim.password],
      ...['--from', jim.address, '--to', jim.address, '--header', 'Subject: By swaks'],
    ])
    expect(bySwaks, bySwaks.output).toMatchObject({ exitCode: 0 })
    expect(bySwaks.output).toMatch(/^<~ +235 /m)

    const byMsmtp = await run(msmtp({ auth: 'scram-sha-256', ...jim, subject: 'By msmtp' }))
    expect(byMsmtp, byMsmtp.output).toEqual({ exitCode: 0, output: '' })

    const { user, password } = jim
    await using mailbox = await openImap({ ...rig.endpoints.imap, user, password })
    for (const subject of ['By swaks', 'By msmtp']) {
      await mailbox.waitFor((message) => message.subject === subject)
    }

    // Of sysexits.h: 77 is EX_NOPERM, 69 EX_UNAVAILABLE.
    const wrong = await run(msmtp({ auth: 'plain', ...jim, password: 'battery staple', subject: 'Wrong' }))
    expect(wrong, wrong.output).toMatchObject({ exitCode: 77, output: expect.stringContaining('535') })
    const misnamed = await run(msmtp({ ...jim, host: 'stranger.example', subject: 'Misnamed' }))
    expect(misnamed, misnamed.output).toMatchObject({
      exitCode: 69,
      output: expect.stringContaining('name in the certificate'),
    })
    const untrusted = await run(msmtp({ ...jim, trust: 'system', subject: 'Untrusted' }))
    expect(untrusted, untrusted.output).toMatchObject({
      exitCode: 69,
      output: expect.stringMatching(/issuer|NOT trusted/),
    })
  } finally {
    const down = await mailrig('down', RIG)
    expect(down.code, down.stderr).toBe(0)
    await rm(folder, { recursive: true })
  }
})

interface Submission {
  address: string
  user: string
  password: string
  subject: string
  auth?: string
  host?: string
  trust?: string
}

function msmtp({ address, user, password, subject, auth = 'plain', host = HOST, trust = AUTHORITY }: Submission) {
  const options = ['--port=587', '--tls=on', `--tls-trust-file=${trust}`, `--auth=${auth}`, `--user=${user}`]
  const command = `printf 'From: ${address}\\nTo: ${address}\\nSubject: ${subject}\\n\\nHello\\n' | "$@"`
  return [
    ...['sh', '-c', command, 'sh', 'msmtp', `--host=${host}`, ...options],
    ...[`--passwordeval=echo ${password}`, `--from=${address}`, address],
  ]
}

type Run = (command: string[]) => Promise<{ exitCode: number; output: string }>

/**
 * Mail clients from Debian's packages (docker/clients) in a container beside the rig, which knows the rig's server by the
 * name of its certificate, and by another. It bears the rig's labels, so `down` removes it.
 */
async function startClients(rig: UpDocument): Promise<Run> {
  const { docker } = await connectEngine({ provision: false, progress: silentProgress })
  const networks = await docker.listNetworks({ filters: { label: [`${LABEL.keep}=${RIG}`] } })
  const network = networks.find(({ Name }) => Name.endsWith('-internet'))
  if (!network) throw new Error(`the rig has no network; there are ${networks.map(({ Name }) => Name)}`)
  const container = await docker.createContainer({
    Image: await imageTag(CLIENTS.server, CLIENTS.release),
    Cmd: ['sleep', '120'],
    Env: [`AUTHORITY=${rig.authority}`],
    Labels: network.Labels ?? {},
    HostConfig: {
      Init: true,
      NetworkMode: network.Name,
      ExtraHosts: [HOST, 'stranger.example'].map((name) => `${name}:${rig.endpoints.submission.host}`),
    },
  })
  await container.start()
  const run: Run = async (command) => {
    const exec = await container.exec({ Cmd: command, Tty: true, AttachStdout: true, AttachStderr: true })
    const output = await text(await exec.start({ Tty: true }))
    const { ExitCode } = await exec.inspect()
    return { exitCode: ExitCode ?? -1, output }
  }
  const written = await run(['sh', '-c', `printf '%s' "$AUTHORITY" > ${AUTHORITY}`])
  expect(written).toEqual({ exitCode: 0, output: '' })
  return run
}
