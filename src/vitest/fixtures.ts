import { afterAll, beforeAll, beforeEach, inject, type TaskMeta, type TestAPI, test } from 'vitest'
import { CLOCK_IMAGE } from '../engine/clock.ts'
import { DISK_IMAGE } from '../engine/disks.ts'
import { ensureImages } from '../engine/images.ts'
import { silentProgress } from '../engine/progress.ts'
import { MailrigError, UnsupportedError } from '../errors/mailrig-error.ts'
import { type DiskOptions, disksWanted } from '../faults/disk-options.ts'
import type { Milter } from '../filters/milter.ts'
import type { Policy } from '../filters/policy.ts'
import type { LoadAccount } from '../load/load-account.ts'
import type { LoadOptions } from '../load/load-options.ts'
import { onWait } from '../metrics/waits.ts'
import type { ScenarioMeta } from '../report/scenario-meta.ts'
import type { Database } from '../rig/database.ts'
import type { Directory } from '../rig/directory.ts'
import type { Rig, RigSentMessage } from '../rig/rig.ts'
import type { RunningFilterServer } from '../rig/running-filter-server.ts'
import type { RunningMta } from '../rig/running-mta.ts'
import type { RigSendOptions, RigSessionOptions } from '../rig/way-in.ts'
import type { Feature, StoreFeature } from '../servers/feature.ts'
import type { Session } from '../session/session.ts'
import type { TopologyInput } from '../topology/schema.ts'
import { parseTopology } from '../topology/topology.ts'
import type { Upstream } from '../upstream/upstream.ts'
import './own-servers.ts'
import { thrownAtTheCaller } from './at-the-caller.ts'
import { explainFailure } from './explain-failure.ts'
import { guardFixtures } from './guard-fixtures.ts'
import { hideSecrets } from './hide-secrets.ts'
import { type Observe, observeInto } from './observe.ts'
import { boundPatiently, patiently } from './patient-tests.ts'
import { projectTarget } from './project-target.ts'
import { recordRig } from './record-rig.ts'
import { recordTest } from './record-test.ts'
import { checkRigOptions } from './rig-options.ts'
import { TestCase } from './test-case.ts'
import { type Fault, testFault } from './test-fault.ts'
import { TestLocalMailbox } from './test-local-mailbox.ts'
import { TestMailbox } from './test-mailbox.ts'
import { Unawaited } from './unawaited.ts'
import { workerCpu, workerWorld } from './worker-world.ts'

export interface RigOptions {
  /** Features the scenarios need; on an MTA without them they are reported *unsupported*, with the reason. */
  needs?: readonly (Feature | StoreFeature)[]
  /** What the scenarios show, by the ids of docs/coverage.md, e.g. `['P4', 'S48']`. */
  covers?: readonly string[]
  /** Why the scenarios cannot run on this server, where that is known already; they are reported *unsupported*. */
  lacking?: string
  /**
   * For faults: the queue of the MTA is on a disk of its own, whose power can be cut, and the servers sync as their packages
   * have it. Options for more. Default: no disk; queue and mail are in memory.
   */
  disk?: true | DiskOptions
  /** For faults: `fault.timePasses` can put the clocks of the servers ahead. Default: they show the time as it is. */
  clock?: true
}

/** What a test can ask for. */
export interface RigFixtures {
  rig: Rig
  smtp: {
    /** Composes a message and sends it in a session of its own. */
    send(options: RigSendOptions): Promise<RigSentMessage>
    /** Opens a session and waits for the greeting. The session ends with the test. */
    session(options?: RigSessionOptions): Promise<Session>
  }
  /**
   * Gives the server many messages, follows each to its upstream or mailbox, and gives the account of them: when each was
   * found, or the server holds none any more.
   */
  load: (options?: LoadOptions) => Promise<LoadAccount>
  /** Does something bad to the servers, while a load runs for example. */
  fault: Fault
  /**
   * A mailbox of the store, by address, or by local part if only one domain has it. With a password: any address, such as
   * of a mailbox that came into the tables while the rig runs.
   */
  mailbox: (name: string, options?: { password?: string }) => TestMailbox
  /** The mailbox of a Unix account on the MTA's host, or of root. */
  localMailbox: (user: string) => TestLocalMailbox
  /** The upstream named `upstream`. */
  upstream: Upstream
  /** Any upstream, by name. */
  upstreams: (name: string) => Upstream
  /** The first milter that the topology declares. */
  milter: Milter
  /** Any milter, by name. */
  milters: (name: string) => Milter
  /** The first policy service that the topology declares. */
  policy: Policy
  /** Any policy service, by name. */
  policies: (name: string) => Policy
  /** One of Debian's filters, by its key in `filters`. Whoever stops one need not start it again: the end of the test does. */
  filterServer: (name: string) => RunningFilterServer
  mta: RunningMta
  /** The server of `accounts: 'postgresql'` or `'mariadb'`. */
  database: Database
  /** The server of `accounts: 'ldap'`. */
  directory: Directory
  observe: Observe
  /** Records the version of a server, for the head of docs/behaviour.md. */
  identify: (server: string, version: string) => void
}

const FIXTURES = Object.keys({
  rig: true,
  smtp: true,
  load: true,
  fault: true,
  mailbox: true,
  localMailbox: true,
  upstream: true,
  upstreams: true,
  milter: true,
  milters: true,
  policy: true,
  policies: true,
  filterServer: true,
  mta: true,
  database: true,
  directory: true,
  observe: true,
  identify: true,
} satisfies Record<keyof RigFixtures, true>)

/** Rigs declared in this process so far: files of a worker share it, so the number is a name within each file. */
let rigs = 0

/** For the servers to start, images and engine being there: ms of an idle machine. */
const START_MS = 60_000

/**
 * A mail world, and the target that its scenarios are about. With `target` alone, they run on that target and nowhere else;
 * with a topology beside it, on servers that mailrig renders from the topology, too.
 */
export type RigInput = TopologyInput & {
  /** The name of a target with a configuration of your own, as `targets` of mailrigProjects has it. */
  target?: string
}

/**
 * Declares a mail world for the file (or `describe` block) it is called in, and gives a `test` whose fixtures speak to
 * it. The servers start before the first test and end after the last.
 *
 * @throws {TopologyError} at once, naming every wrong place; {InputError} RIG_OPTIONS, TARGET_UNKNOWN. Nothing is started.
 * @example
 * const it = rig({ domains: { 'example.com': { mailboxes: ['jim'] } } })
 * it('delivers', async ({ smtp, mailbox }) => {
 *   await expect(mailbox('jim')).toReceive(await smtp.send({ to: 'jim@example.com' }))
 * })
 */
export function rig({ target, ...input }: RigInput, options: RigOptions = {}): TestAPI<RigFixtures> {
  checkRigOptions(options)
  const topology = parseTopology(input)
  const project = projectTarget(target)
  const { needs = [] } = options
  const disks = options.disk === undefined ? undefined : disksWanted(options.disk)
  let { lacking } = options
  let running: Rig | undefined
  let boot: Pick<ScenarioMeta, 'bootMs' | 'bootEngineMs' | 'bootOwnMs' | 'rigRecord'> | undefined
  rigs += 1
  const rigName = String(rigs)
  const records = inject('mailrigRecords') ?? false

  beforeEach(({ task }) => boundPatiently(task))
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from it which fixtures the hook wants
  beforeAll(async ({}, suite) => {
    const wanted = { input, topology, needs, target, disks, clock: options.clock }
    lacking ??= await project.lacking(wanted)
    if (lacking !== undefined) return
    // Built by the first rig that needs it, and not within the time that servers have to start.
    const images = [
      ...(disks ? [DISK_IMAGE] : []),
      ...(options.clock ? [CLOCK_IMAGE] : []),
      ...project.imagesFor(topology),
    ]
    if (images.length > 0) await ensureImages((await workerWorld()).engine, images, silentProgress)
    const start = async () => project.start(wanted, await workerWorld(), suite.file)
    try {
      running = await patiently(start(), START_MS, 'the servers')
    } catch (error) {
      if (!(error instanceof UnsupportedError)) throw error
      lacking = error.message
      return
    }
    const { total, slowest, own } = running.timings
    boot = {
      bootMs: total,
      bootEngineMs: slowest.engineMs,
      bootOwnMs: own,
      ...(records ? { rigRecord: recordRig(running) } : {}),
    }
  }, 0)
  beforeEach(({ task }) => guardFixtures(task.context, FIXTURES))
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from it which fixtures the hook wants
  afterAll(async ({}, suite) => {
    const unread = running?.mta.log.unread() ?? []
    // What servers say in a crash nobody has seen all of.
    const logIsKnown = running?.mta.logIsKnown === true && disks === undefined && !options.clock
    const began = performance.now()
    await running?.stop()
    const before = suite.file.meta.mailrigFile
    if (running) {
      suite.file.meta.mailrigFile = {
        teardownMs: (before?.teardownMs ?? 0) + performance.now() - began,
        cpu: workerCpu(await workerWorld()),
        notes: [...(before?.notes ?? []), ...(logIsKnown ? [] : notesOf(unread))],
      }
      if (logIsKnown) refuseUnread(running.mta.name, unread)
    }
  })

  return test.extend<RigFixtures & { testCase: TestCase; unawaited: Unawaited }>({
    unawaited: async ({ testCase: _, task }, use) => {
      const unawaited = new Unawaited(task)
      await use(unawaited)
      await unawaited.end()
    },
    testCase: async ({ task, skip, onTestFailed, onTestFinished }, use) => {
      const meta: ScenarioMeta = { covers: options.covers ?? [], observations: [], waits: [] }
      task.meta.mailrig = meta
      if (lacking !== undefined) {
        task.meta.mailrig.unsupported = lacking
        skip(`unsupported: ${lacking}`)
      }
      if (!running) throw new Error('the rig did not start; see the error of the file')
      Object.assign(task.meta.mailrig, boot)
      boot = undefined
      // Tests side by side have to agree on one state of the servers.
      if (!task.concurrent) await running.aftermath.forget()
      const testCase = new TestCase(running)
      const { mask } = testCase.rig
      const hide = () => mask && hideSecrets(task, mask)
      onTestFinished(() => {
        if (records) meta.record = recordTest(testCase, rigName)
        hide()
      })
      onTestFailed(async () => {
        const reason = unsupportedBy(task.result?.errors ?? [])
        if (reason !== undefined) {
          meta.unsupported = mask?.(reason) ?? reason
          skip(`unsupported: ${meta.unsupported}`)
        }
        await explainFailure(task, testCase)
        hide()
      })
      const off = onWait((wait) => meta.waits.push(wait))
      await use(testCase)
      off()
      running.aftermath.leave(testCase.accepted())
      testCase.close()
    },
    observe: async ({ testCase, task }, use) => {
      await use(observeInto(metaOf(task), testCase.rig.mta))
    },
    identify: async ({ testCase: _, task }, use) => {
      const meta = metaOf(task)
      await use((server, version) => {
        meta.versions = { ...meta.versions, [server]: version }
      })
    },
    rig: async ({ testCase, unawaited: _ }, use) => use(testCase.rig),
    mta: async ({ testCase, unawaited: _ }, use) => use(testCase.rig.mta),
    smtp: async ({ testCase, unawaited }, use) =>
      use({
        send: (sendOptions) => unawaited.during('smtp.send', testCase.send(sendOptions)),
        session: (sessionOptions) => unawaited.during('smtp.session', testCase.session(sessionOptions)),
      }),
    load: async ({ testCase, unawaited }, use) =>
      use((loadOptions) =>
        unawaited.during(
          'load',
          testCase.load(loadOptions).then((account) => unawaited.own(account)),
        ),
      ),
    fault: async ({ testCase, unawaited }, use) => {
      const fault = testFault(testCase)
      await use({
        powerCut: (faultOptions) => unawaited.during('fault.powerCut', fault.powerCut(faultOptions)),
        kill: (faultOptions) => unawaited.during('fault.kill', fault.kill(faultOptions)),
        killAt: (moment, to) => unawaited.during('fault.killAt', fault.killAt(moment, to)),
        fillDisk: (faultOptions) => unawaited.during('fault.fillDisk', fault.fillDisk(faultOptions)),
        cutOff: (faultOptions) => unawaited.during('fault.cutOff', fault.cutOff(faultOptions)),
        slowLine: (faultOptions) => unawaited.during('fault.slowLine', fault.slowLine(faultOptions)),
        reconnect: () => unawaited.during('fault.reconnect', fault.reconnect()),
        limit: (faultOptions) => unawaited.during('fault.limit', fault.limit(faultOptions)),
        unlimit: () => unawaited.during('fault.unlimit', fault.unlimit()),
        timePasses: (duration) => unawaited.during('fault.timePasses', fault.timePasses(duration)),
        freeDisk: (faultOptions) => unawaited.during('fault.freeDisk', fault.freeDisk(faultOptions)),
      })
      await fault.end()
    },
    mailbox: async ({ testCase, unawaited }, use) =>
      use((name, options) =>
        unawaited.own(
          new TestMailbox(
            testCase,
            thrownAtTheCaller(() => testCase.rig.mailbox(name, options)),
          ),
        ),
      ),
    database: async ({ testCase }, use) => use(testCase.rig.database),
    directory: async ({ testCase }, use) => use(testCase.rig.directory),
    localMailbox: async ({ testCase, unawaited }, use) =>
      use((user) =>
        unawaited.own(
          new TestLocalMailbox(
            testCase,
            thrownAtTheCaller(() => testCase.rig.localMailbox(user)),
          ),
        ),
      ),
    upstreams: async ({ testCase, task, unawaited: _ }, use) => {
      const upstreams = Object.values(testCase.rig.upstreams)
      // What one test told an upstream to do is not meant for the next, nor what one test sent.
      const alone = !task.concurrent
      const reset = () => {
        for (const upstream of upstreams) upstream.reset()
      }
      if (alone) {
        await testCase.rig.aftermath.settle()
        reset()
      }
      await use((name) => testCase.rig.upstream(name))
      testCase.keepAttempts()
      if (alone) reset()
    },
    upstream: async ({ upstreams }, use) => use(upstreams('upstream')),
    milters: async ({ testCase, task, unawaited: _ }, use) => {
      await withFresh(testCase, { filters: testCase.rig.filters.milters, alone: !task.concurrent }, () =>
        use((name) => testCase.rig.milter(name)),
      )
    },
    milter: async ({ testCase, milters: _ }, use) => use(testCase.rig.milter()),
    policies: async ({ testCase, task, unawaited: _ }, use) => {
      await withFresh(testCase, { filters: testCase.rig.filters.policies, alone: !task.concurrent }, () =>
        use((name) => testCase.rig.policy(name)),
      )
    },
    policy: async ({ testCase, policies: _ }, use) => use(testCase.rig.policy()),
    filterServer: async ({ testCase, unawaited: _ }, use) => {
      await use((name) => thrownAtTheCaller(() => testCase.rig.filterServer(name)))
      for (const server of Object.values(testCase.rig.filterServers)) await server.start()
    },
  }) as unknown as TestAPI<RigFixtures>
}

/** What one test told a filter to do is not meant for the next, nor what the server told it in one. */
async function withFresh(
  testCase: TestCase,
  { filters, alone }: { filters: Readonly<Record<string, { reset(): void }>>; alone: boolean },
  use: () => Promise<void>,
): Promise<void> {
  const reset = () => {
    for (const filter of Object.values(filters)) filter.reset()
  }
  if (alone) {
    await testCase.rig.aftermath.settle()
    reset()
  }
  await use()
  testCase.keepFilterSessions()
  if (alone) reset()
}

/** A line of the log about a message that mailrig cannot read is a message it may lose sight of. */
function refuseUnread(mta: string, unread: readonly { text: string }[]): void {
  if (unread.length === 0) return
  const lines = unread.map(({ text }) => `  ${text}`)
  throw new MailrigError([`mailrig does not understand these lines in the log of ${mta}:`, ...lines].join('\n'), {
    code: 'LOG_NOT_READ',
    remedy: `Teach src/servers/${mta}/read-log.ts what they mean.`,
  })
}

/** Of a server that is not configured by mailrig nobody knows all it may say. */
function notesOf(unread: readonly { text: string }[]): string[] {
  return unread.map(({ text }) => `mailrig does not understand this line about a message: ${text}`)
}

/** Why a test could not tell, where that is all that went wrong in it: it asked for what its target cannot do. */
function unsupportedBy(errors: readonly { name?: string; message: string }[]): string | undefined {
  const [first] = errors
  return errors.every(({ name }) => name === UnsupportedError.name) ? first?.message : undefined
}

function metaOf(task: { meta: TaskMeta }): ScenarioMeta {
  if (!task.meta.mailrig) throw new Error('the meta is there since the test began')
  return task.meta.mailrig
}
