import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectEngine } from '../src/engine/connect.ts'
import { ContainerExitError } from '../src/engine/container-exit-error.ts'
import type { Engine } from '../src/engine/engine.ts'
import type { HostPlan } from '../src/engine/host-plan.ts'
import { silentProgress } from '../src/engine/progress.ts'
import { InputError, UnsupportedError, WaitError } from '../src/errors/mailrig-error.ts'
import { type OpenRun, openRun } from '../src/rig/open-run.ts'
import type { Rig } from '../src/rig/rig.ts'
import { startRig } from '../src/rig/start-rig.ts'
import { exim } from '../src/servers/exim/adapter.ts'
import type { MtaServer } from '../src/servers/server.ts'
import type { Target } from '../src/targets/target.ts'
import type { TopologyInput } from '../src/topology/schema.ts'
import { parseTopology } from '../src/topology/topology.ts'
import { hostImage } from './host-images.ts'

let engine: Engine
let run: OpenRun
const images = { bare: '', packaged: '' }

beforeAll(async () => {
  engine = await connectEngine({ provision: false, progress: silentProgress })
  run = await openRun(engine)
  images.bare = await hostImage(engine, 'bare')
})
afterAll(() => run.close())

interface Given extends Partial<HostPlan> {
  image: string
  server?: MtaServer
}

/** A target of one host that runs as its image says. */
function target({
  image,
  server = { name: 'unknown' },
  command,
  volumes,
  firstProcess = 'image',
  ...plan
}: Given): Target {
  return {
    name: 'one image',
    async source(surroundings) {
      const outline = {
        image,
        hostname: 'mx.example.com',
        firstProcess,
        internet: true,
        ...(command ? { command } : {}),
      }
      return {
        hosts: [
          {
            name: 'mx',
            files: [],
            publish: [25, 2525],
            readiness: [],
            ...plan,
            outline,
            place: surroundings.place(outline),
            servers: [{ role: 'mta', server, release: 'as it is', files: [], logIsKnown: false }],
          },
        ],
      }
    },
  }
}

async function withRig(given: Given, use: (rig: Rig) => Promise<void>, topology: TopologyInput = {}): Promise<void> {
  const rig = await startRig({ target: target(given), topology: parseTopology(topology), world: run.world })
  try {
    await use(rig)
  } finally {
    await rig.stop()
  }
}

/** Why a host does not start. Nothing of it is left. */
async function failure(given: Given): Promise<unknown> {
  const error = await withRig(given, async () => undefined).catch((thrown: unknown) => thrown)
  const left = await engine.docker.listContainers({ all: true, filters: { label: [`org.mailrig.run=${run.run.id}`] } })
  const names = left.flatMap(({ Names }) => Names)
  // That of the world, which goes with it, where this user may not listen on low ports.
  expect(names.filter((name) => !name.endsWith('-forwarder'))).toEqual([])
  const { Volumes } = await engine.docker.listVolumes({
    filters: JSON.stringify({ label: [`org.mailrig.run=${run.run.id}`] }),
  })
  expect((Volumes ?? []).map(({ Name }) => Name)).toEqual([])
  return error
}

const GREETS = { kind: 'greeting', port: 2525, text: '220' } as const
const BUSYBOX = '/bin/busybox'

describe('an image with one program in it and a user that is not root', () => {
  it('runs as it is, and knows the names of the rig', async () => {
    await withRig({ image: images.bare, readiness: [GREETS] }, async (rig) => {
      const host = rig.hosts.get('mx')
      const asked = await rig.mta.exec([BUSYBOX, 'nslookup', '-type=a', 'upstream.example'])
      expect(asked.stdout).toContain(rig.addresses.upstreams.upstream?.address)
      expect((await rig.mta.exec([BUSYBOX, 'id', '-u'])).stdout.trim()).toBe('1000')
      expect(await rig.mta.exec([BUSYBOX, 'cat'], { input: 'said' })).toEqual({
        exitCode: 0,
        stdout: 'said',
        stderr: '',
      })
      await rig.mta.write([{ path: '/tmp/note', content: 'kept', mode: 0o644 }])
      expect((await rig.mta.read('/tmp')).map(({ path, content }) => [path, String(content)])).toEqual([
        ['/tmp/note', 'kept'],
      ])
      expect(await rig.mta.read('/nowhere')).toEqual([])
      expect(host?.address('internet')).toBe(rig.addresses.mta.internet)
      await expect(rig.mta.exec(['/bin/perl'])).rejects.toMatchObject({ code: 'EXEC_FAILED' })
    })
  })

  it('says of all that it cannot know why it is unsupported', async () => {
    await withRig({ image: images.bare, readiness: [GREETS] }, async (rig) => {
      const asked = [
        () => rig.mta.version(),
        () => rig.mta.queue.list(),
        () => rig.mta.flush(),
        () => rig.mta.reload(),
        () => rig.mta.configure({}),
        () => rig.mta.settled({ messageId: 'a@b.example' }),
        async () => rig.mta.whileFrozen(async () => undefined),
      ]
      for (const ask of asked) {
        const error = await ask().catch((thrown: unknown) => thrown)
        expect(error).toBeInstanceOf(UnsupportedError)
        expect((error as Error).message).toMatch(/^mailrig cannot .+: .+/)
      }
      expect(rig.mta.supports('dsn')).toBe('nobody told whether unknown has it')
    })
  })

  it('is read at /dev/log, in a file that comes later, and in its output, whichever the plan says', async () => {
    const logs = { output: 'echo told', file: 'echo told >> /logs/mail', syslog: 'logger -t mx -p mail.info told' }
    for (const [kind, say] of Object.entries(logs)) {
      const log =
        kind === 'file' ? { kind: 'file' as const, path: '/logs/mail' } : { kind: kind as 'output' | 'syslog' }
      const given: Given = {
        image: images.bare,
        command: [
          'sh',
          '-c',
          `busybox sleep 0.3; ${say.replace(/^logger/, 'busybox logger')}; exec busybox sleep 1000`,
        ],
        environment: { PATH: '/bin' },
        readiness: [{ kind: 'log', pattern: /told/ }],
        log: [log],
      }
      await withRig(given, async (rig) => {
        expect(rig.mta.log.lines.map(({ text }) => text)).toEqual([expect.stringMatching(/told$/)])
      })
    }
  })

  it('follows a log file that is rotated, and one that is cut', async () => {
    const steps = ['echo one >> mail', 'mv mail mail.1', 'echo two >> mail', 'echo three >> mail']
    const given: Given = {
      image: images.bare,
      environment: { PATH: '/bin' },
      command: ['sh', '-c', 'cd /logs; busybox touch mail; exec busybox sleep 1000'],
      log: [{ kind: 'file', path: '/logs/mail' }],
    }
    await withRig(given, async (rig) => {
      const say = async (step: string, line: string) => {
        const came = rig.mta.log.next(new RegExp(line))
        await rig.mta.exec([BUSYBOX, 'sh', '-c', `cd /logs && ${step}`])
        await came
      }
      await say(steps[0] ?? '', 'one')
      await say(`busybox ${steps[1]} && ${steps[2]}`, 'two')
      await say(`: > mail && busybox sleep 0.2 && ${steps[3]}`, 'three')
      expect(rig.mta.log.lines.map(({ text }) => text)).toEqual(['one', 'two', 'three'])
    })
  })

  it('may be a host that does something once', async () => {
    const given: Given = { image: images.bare, command: ['true'], readiness: [{ kind: 'exit', code: 0 }] }
    await withRig(given, async (rig) => {
      expect((await rig.hosts.get('mx')?.exited)?.exitCode).toBe(0)
    })
  })
})

describe('a host that does not get ready', () => {
  it('greets never: the error names the port and the greeting', async () => {
    const error = await failure({
      image: images.bare,
      command: ['sleep', '1000'],
      readiness: [GREETS],
      readyTimeoutMs: 500,
    })
    expect(error).toBeInstanceOf(WaitError)
    expect((error as Error).message).toMatch(/waited 500 ms for \S+ port 2525 to greet with "220"/)
  })

  it('takes no connections: the error names the port', async () => {
    const readiness = [{ kind: 'listening', port: 2525 }] as const
    const error = await failure({ image: images.bare, command: ['sleep', '1000'], readiness, readyTimeoutMs: 500 })
    expect((error as Error).message).toMatch(/waited 500 ms for \S+ port 2525 to take connections/)
  })

  it('ends at once: the error has its exit code and its last words', async () => {
    const command = ['sh', '-c', 'echo "no such setting: relayhots"; exit 78']
    const error = await failure({ image: images.bare, command, readiness: [GREETS] })
    expect(error).toBeInstanceOf(ContainerExitError)
    expect((error as Error).message).toMatch(/ended with exit code 78 before it was ready; .+\n {2}no such setting/)
  })

  it('ends otherwise than it should', async () => {
    const error = await failure({ image: images.bare, command: ['false'], readiness: [{ kind: 'exit', code: 0 }] })
    expect(error).toBeInstanceOf(ContainerExitError)
  })

  it('never says what was waited for: the error has the pattern, and where it was looked for', async () => {
    const error = await failure({
      image: images.bare,
      command: ['sleep', '1000'],
      readiness: [{ kind: 'log', pattern: /daemon started/ }],
      log: [{ kind: 'file', path: '/logs/nowhere' }],
      readyTimeoutMs: 500,
    })
    expect(error).toBeInstanceOf(WaitError)
    expect((error as Error).message).toContain('waited 500 ms for a log line matching /daemon started/')
    expect((error as Error).message).toContain('from /logs/nowhere, a file that is not there')
  })

  it('logs elsewhere: the error names the file', async () => {
    const error = await failure({
      image: images.bare,
      readiness: [GREETS],
      log: [{ kind: 'file', path: '/logs/nowhere' }],
    })
    expect(error).toBeInstanceOf(WaitError)
    expect((error as Error).message).toMatch(/is ready, and in \d+ ms there was no log file \/logs\/nowhere in it/)
  })

  it('has an image that is not there, or no healthcheck, or a program that is not in it', async () => {
    expect(await failure({ image: 'mailrig/never-built:1' })).toMatchObject({ code: 'IMAGE_ABSENT' })
    const error = await failure({ image: images.bare, readiness: [{ kind: 'healthcheck' }] })
    expect(error).toBeInstanceOf(InputError)
    expect(error).toMatchObject({ code: 'HOST_PLAN' })
    expect(await failure({ image: images.bare, command: ['no-such-applet'], readiness: [GREETS] })).toBeInstanceOf(
      ContainerExitError,
    )
  })

  it('is given up where its log is no file of a directory', async () => {
    expect(await failure({ image: images.bare, log: [{ kind: 'file', path: 'mail.log' }] })).toMatchObject({
      code: 'HOST_PLAN',
    })
  })
})

describe('a mail server as its package starts it', () => {
  beforeAll(async () => {
    images.packaged = await hostImage(engine, 'packaged')
  })
  const settings = [
    "dc_eximconfig_configtype='internet'",
    "dc_other_hostnames='example.com'",
    "dc_local_interfaces=''",
    "dc_use_split_config='false'",
    "dc_localdelivery='mail_spool'",
  ]
  const packaged = (): Given => ({
    image: images.packaged,
    files: [
      { path: '/etc/exim4/update-exim4.conf.conf', content: `${settings.join('\n')}\n` },
      { path: '/etc/mailname', content: 'mx.example.com\n' },
    ],
    log: [{ kind: 'file', path: '/var/log/exim4/mainlog' }],
    server: exim,
  })
  const topology: TopologyInput = { local: { domains: ['example.com'], accounts: ['jim'] } }

  it('delivers, sends by the MX of the rig, and is watched by its own log file', async () => {
    await withRig(
      { ...packaged(), readiness: [{ kind: 'healthcheck' }, { kind: 'greeting', port: 25, text: '220' }] },
      async (rig) => {
        const message = await rig.send({ to: 'jim@example.com' })
        const delivered = await rig.mta.log.event({ event: 'delivered', queueId: message.queueIds[0] ?? '' })
        expect(delivered.text).toContain('jim@example.com')
        expect((await rig.mta.read('/var/mail/jim')).map(({ content }) => String(content)).join('')).toContain(
          message.messageId,
        )
        await rig.mta.exec(['sendmail', 'ann@client.example'], { input: 'Subject: out\n\nfrom inside\n' })
        const relayed = await rig.upstream().next({ recipient: 'ann@client.example' } as never)
        expect(relayed.describe()).toContain('ann@client.example')
        expect(await rig.mta.version()).toMatch(/^4\./)
        expect(await rig.mta.queue.list()).toEqual([])
        await expect(rig.mta.settled(message)).rejects.toThrow(/its host runs as its image says/)
      },
      topology,
    )
  })
})
