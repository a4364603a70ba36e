import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connectEngine } from '../src/engine/connect.ts'
import { LABEL } from '../src/engine/labels.ts'
import { silentProgress } from '../src/engine/progress.ts'
import { hostImage } from './host-images.ts'
import { MAILRIG, start } from './run-command.ts'

// Exim as Debian's package starts it: nothing of mailrig's is in the image.
const engine = await connectEngine({ provision: false, progress: silentProgress })
let folder: string
let image: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailrig-service-'))
  image = await hostImage(engine, 'packaged')
})
afterAll(() => rm(folder, { recursive: true }))

/** A compose file with Exim, whose configuration says whose mail it relays. */
async function shop(name: string, relayNetworks: string): Promise<string> {
  await mkdir(join(folder, name, 'exim4'), { recursive: true })
  const settings = [
    "dc_eximconfig_configtype='internet'",
    "dc_other_hostnames='shop.example'",
    "dc_local_interfaces=''",
    `dc_relay_nets='${relayNetworks}'`,
    "dc_use_split_config='false'",
    "dc_localdelivery='mail_spool'",
  ]
  await writeFile(join(folder, name, 'exim4/update-exim4.conf.conf'), `${settings.join('\n')}\n`)
  await writeFile(join(folder, name, 'mailname'), 'mail.shop.example\n')
  const path = join(folder, name, 'compose.yaml')
  await writeFile(
    path,
    `services:
  mail:
    image: ${image}
    hostname: mail.shop.example
    environment: { SHOP_PASSWORD: very-secret-word }
    volumes:
      - ./exim4/update-exim4.conf.conf:/etc/exim4/update-exim4.conf.conf
      - ./mailname:/etc/mailname
    depends_on: [beside]
    ports: ["25:25"]
  beside: { image: "${image}", command: ["sleep", "infinity"] }
`,
  )
  return path
}

interface Document {
  source: string
  derived: { mta: string; host: { host: string } }
  releases: { starts: boolean; checks: { id: string; verdict: string; came?: string; decidedBy?: string }[] }[]
}

interface Checked {
  pid: number | undefined
  code: number | null
  document: Document
  output: string
}

async function check(...args: string[]): Promise<Checked> {
  const { child, outcome } = start(process.execPath, [MAILRIG, 'check', '--json', ...args])
  const { code, stdout, stderr } = await outcome
  expect(stdout, stderr).toMatch(/^\{/)
  return { pid: child.pid, code, document: JSON.parse(stdout) as Document, output: stdout + stderr }
}

function verdictOf({ releases }: Document, id: string): string | undefined {
  return releases[0]?.checks.find((one) => one.id === id)?.verdict
}

it('tells the open relay of a compose file, with its copied configuration', async () => {
  const { code, document, output } = await check('--compose', await shop('open', '0.0.0.0/0'), '--service', 'mail')
  expect(code).toBe(1)
  expect(document.derived).toMatchObject({ mta: 'exim', host: { host: 'mail.shop.example' } })
  expect(
    document.releases[0]?.checks.find(({ id }) => id === 'relay-refused'),
    'the fault that was planted, with its line',
  ).toMatchObject({ verdict: 'fault', decidedBy: "/etc/exim4/update-exim4.conf.conf:4 dc_relay_nets='0.0.0.0/0'" })
  expect(output).not.toContain('very-secret-word')
})

it('finds the same service closed where it relays for nobody, and leaves nothing behind', async () => {
  const { pid, document } = await check('--compose', await shop('closed', ''), '--service', 'mail')
  expect(document.releases[0]?.starts).toBe(true)
  expect(verdictOf(document, 'relay-refused')).toBe('ok')
  expect(verdictOf(document, 'unknown-is-refused')).toBe('ok')
  const left = await engine.docker.listContainers({ all: true, filters: { label: [LABEL.owner] } })
  expect(left.filter(({ Labels }) => Labels[LABEL.owner]?.startsWith(`${pid}:`))).toEqual([])
})

it('masks what is in secrets, also where the service says it, and names with its line what is left out', async () => {
  const path = join(folder, 'secrets.yaml')
  await writeFile(join(folder, 'relay.txt'), 'smtp.example jim:word-in-a-file\n')
  await writeFile(
    path,
    `services:
  mail:
    image: ${image}
    secrets: [relay, token]
    configs: [{ source: banner, target: /etc/banner }]
    command: ["sh", "-c", "cat /run/secrets/* /etc/banner; echo \${DB_PASSWORD}; exit 4"]
    privileged: true
secrets:
  relay: { file: relay.txt }
  token: { environment: RELAY_TOKEN }
configs: { banner: { content: "hello from the shop\\n" } }
`,
  )
  const env = { DB_PASSWORD: 'word-in-the-command', RELAY_TOKEN: 'word-in-the-environment' }
  const options = { env: { ...process.env, ...env } }
  for (const form of [[], ['--json']]) {
    const outcome = await start(process.execPath, [MAILRIG, 'check', '--compose', path, ...form], options).outcome
    const { code, stdout, stderr } = outcome
    expect(stdout, 'the files were there').toContain('hello from the shop')
    expect(stdout).toContain('••••••')
    expect(stdout).toContain('secrets.yaml:7')
    expect(code).toBe(1)
    for (const word of ['word-in-a-file', 'word-in-the-command', 'word-in-the-environment']) {
      expect(stdout + stderr).not.toContain(word)
    }
  }
})

it('says that an image is not there, and that a service ends', async () => {
  const absent = await start(process.execPath, [MAILRIG, 'check', '--image', 'mailrig/never-built:1']).outcome
  expect(absent.stderr).toContain('there is no image mailrig/never-built:1')
  expect(absent.code).toBe(2)
  const path = join(folder, 'ends.yaml')
  await writeFile(
    path,
    `services: { mail: { image: "${image}", command: ["sh", "-c", "echo no key; exit 4"], privileged: true } }\n`,
  )
  const ended = await start(process.execPath, [MAILRIG, 'check', '--compose', path]).outcome
  expect(ended.stdout).toMatch(/does not start as written[\s\S]*ended with exit code 4[\s\S]*no key/)
  expect(ended.stdout, 'what was left out').toContain('mail.privileged')
  expect(ended.code).toBe(1)
})

it.each([
  ['a release', ['--release', 'trixie'], '--image is run as it is, and --release belongs to another source'],
  ['a folder', ['docs'], '--image is run as it is, and docs belongs to another source'],
  ['a service', ['--service', 'mail'], '--service belongs to --compose'],
])('an image and %s is wrong input', async (_, args, message) => {
  const { code, stderr } = await start(process.execPath, [MAILRIG, 'check', '--image', 'mail:1', ...args]).outcome
  expect(stderr).toContain(message)
  expect(code).toBe(2)
})
