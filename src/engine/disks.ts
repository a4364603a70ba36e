import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { PassThrough } from 'node:stream'
import { EngineError, UnsupportedError } from '../errors/mailrig-error.ts'
import { attach } from './attach.ts'
import { bounded } from './bounded.ts'
import { DOCKER_FOLDER } from './build-context.ts'
import type { Engine } from './engine.ts'
import { frameReader } from './frames.ts'
import { ensureImages, type ImageName, imageTag } from './images.ts'
import { labelsOf, type Run } from './labels.ts'
import { silentProgress } from './progress.ts'
import { removeContainer, removeVolume } from './sweep.ts'

/** A disk whose power can be cut: ext4 on an image in memory, which containers mount as a volume. */
export interface Disk {
  /** The volume's name. */
  volume: string
  /**
   * From here on nothing reaches it, and nothing is read from it; what no sync has asked for is gone. At one moment for
   * all that is on it (EXT4_IOC_SHUTDOWN without a flush of the journal).
   */
  cut(): Promise<void>
  /**
   * Mounts it anew, as the next start of a machine does: the journal is replayed. Nobody may have it mounted.
   *
   * @throws {EngineError} DISK_FAILED
   */
  replay(): Promise<void>
  /** Removes files of this name, wherever they are; gives how many there were. Nobody may use it meanwhile. */
  remove(name: string): Promise<number>
  /** All that was written so far reaches it, as on a machine that has been up for long. */
  sync(): Promise<void>
  /** Uses up all its space, or all its inodes; who writes to it is told so (ENOSPC). Takes no memory for it. */
  fill(what: 'space' | 'inodes'): Promise<void>
  /** Gives back what `fill` took. */
  free(): Promise<void>
  /** Whoever writes to it waits until it is let go, once or more. All that was written so far reaches it. */
  hold(): Promise<{ letGo: () => Promise<void> }>
}

export interface Disks {
  /** In the order of the wishes. */
  disks: readonly Disk[]
  /** To be called when nothing mounts them any more. */
  remove(): Promise<void>
}

/** A disk to be made. */
export interface DiskWish {
  /** The name of the volume, unique in the engine. */
  volume: string
  /** Its size. */
  mebibytes: number
  /**
   * Whether what no sync has asked for stays off the disk for as long as a rig lasts, also on a slow machine: the kernel
   * writes it within 5 s by itself (commit= of ext4(5)). Default false.
   */
  writesLate?: boolean
}

/** On one release, whatever is tested: its kernel is the engine's. */
export const DISK_IMAGE: ImageName = { server: 'disk', release: 'bookworm' }
const ANSWER_MS = 30_000

/** Block devices of loop(4), and the device that gives them out. */
const LOOP_DEVICES = ['b 7:* rmw', 'c 10:237 rmw']

/**
 * Makes disks, by a container that may mount and use loop devices; see docker/disk. Those that mount their volumes need no
 * privilege. When that container and those that mount them are gone, the kernel frees the loop devices.
 *
 * @throws {UnsupportedError} DISK_UNSUPPORTED where this engine cannot; nothing is left behind.
 */
export async function makeDisks(engine: Engine, run: Run, wishes: readonly DiskWish[]): Promise<Disks> {
  await ensureImages(engine, [DISK_IMAGE], silentProgress)
  const labels = labelsOf(run)
  const name = `mailrig-${run.id}-${randomBytes(4).toString('hex')}-disk`
  const made: string[] = []
  let helper: Helper | undefined
  const remove = async () => {
    for (const volume of made) await removeVolume(engine.docker, volume)
    await helper?.remove()
  }
  try {
    helper = await startHelper(engine, { name, labels, disks: wishes.map(argumentOf) })
    const { order, devices } = helper
    for (const [index, { volume }] of wishes.entries()) {
      const options = { type: 'ext4', device: devices[index] ?? '' }
      await engine.docker.createVolume({ Name: volume, Labels: labels, Driver: 'local', DriverOpts: options })
      made.push(volume)
    }
    const disks = wishes.map(({ volume }, index): Disk => {
      const does = async (command: string) => {
        await order(`${command} ${index}`)
      }
      return {
        volume,
        cut: () => does('cut'),
        replay: () => does('replay'),
        remove: async (name) => Number(await order(`remove ${index} ${name}`)),
        sync: () => does('sync'),
        fill: async (what) => {
          await order(`fill ${index} ${what}`)
        },
        free: () => does('free'),
        async hold() {
          await does('hold')
          let letting: Promise<void> | undefined
          return {
            letGo() {
              letting ??= does('let')
              return letting
            },
          }
        },
      }
    })
    return { disks, remove }
  } catch (error) {
    await remove()
    throw error
  }
}

interface Helper {
  devices: readonly string[]
  /** Gives the result, in words of the program. */
  order(line: string): Promise<string>
  remove(): Promise<void>
}

interface HelperSpec {
  name: string
  labels: Record<string, string>
  /** As disk.pl takes them. */
  disks: readonly string[]
}

function argumentOf({ mebibytes, writesLate = false }: DiskWish): string {
  return writesLate ? `${mebibytes},commit=86400` : String(mebibytes)
}

async function startHelper(engine: Engine, { name, labels, disks }: HelperSpec): Promise<Helper> {
  const [image, program] = await Promise.all([
    imageTag(DISK_IMAGE.server, DISK_IMAGE.release),
    readFile(join(DOCKER_FOLDER, 'disk', 'disk.pl'), 'utf8'),
  ])
  let id: string | undefined
  const remove = async () => {
    if (id !== undefined) await removeContainer(engine.docker, id)
  }
  try {
    const container = await engine.docker.createContainer({
      name,
      Image: image,
      Labels: labels,
      Entrypoint: ['perl', '-e', program, ...disks],
      Cmd: [],
      OpenStdin: true,
      StdinOnce: true,
      HostConfig: {
        NetworkMode: 'none',
        CapDrop: ['ALL'],
        CapAdd: ['SYS_ADMIN', 'MKNOD', 'DAC_OVERRIDE'],
        SecurityOpt: ['seccomp=unconfined', 'apparmor=unconfined'],
        DeviceCgroupRules: LOOP_DEVICES,
        Devices: [{ PathOnHost: '/dev/loop-control', PathInContainer: '/dev/loop-control', CgroupPermissions: 'rwm' }],
        Tmpfs: { '/images': '' },
        LogConfig: { Type: 'none', Config: {} },
      },
    })
    id = container.id
    const lines = linesOf(await attach(engine.docker, id))
    await container.start()
    const next = async (waitingFor: string) => {
      const { value } = await bounded(lines.next(), ANSWER_MS, waitingFor)
      return value ?? 'failed its container has ended'
    }
    const devices: string[] = []
    for (let line = await next('disks'); line !== 'ready'; line = await next('disks')) {
      const device = /^disk \d+ (\S+)$/.exec(line)?.[1]
      if (device === undefined) throw new Error(line.replace(/^failed /, ''))
      devices.push(device)
    }
    // The container's standard input, of which the engine keeps one end.
    const order = ordersTo(lines.socket, next)
    return { devices, order, remove }
  } catch (cause) {
    await remove()
    const reason = cause instanceof Error ? cause.message.trim() : String(cause)
    throw new UnsupportedError(`no disk can be made whose power could be cut: ${reason}`, {
      code: 'DISK_UNSUPPORTED',
      remedy:
        'Use an engine that runs as root on a Linux with ext4 and loop devices (`modprobe loop`); a rootless one may not mount.',
      cause,
    })
  }
}

/** One order after the other, so that each answer is its own. */
function ordersTo(socket: NodeJS.ReadWriteStream, next: (waitingFor: string) => Promise<string>): Helper['order'] {
  let before: Promise<unknown> = Promise.resolve()
  return (line) => {
    const answered = before.then(async () => {
      socket.write(`${line}\n`)
      const answer = await next(`the disk to obey ${JSON.stringify(line)}`)
      if (answer.startsWith('ok ')) return answer.slice('ok '.length)
      throw new EngineError(`the disk did not obey ${JSON.stringify(line)}: ${answer.replace(/^failed /, '')}`, {
        code: 'DISK_FAILED',
        remedy: 'See whether another container still mounts the volume, and what `dmesg` says of ext4.',
      })
    })
    before = answered.catch(() => undefined)
    return answered
  }
}

function linesOf(socket: NodeJS.ReadWriteStream): AsyncIterator<string> & { socket: NodeJS.ReadWriteStream } {
  const text = new PassThrough()
  socket.on(
    'data',
    frameReader((which, payload) => {
      if (which === 'stdout') text.write(payload)
    }),
  )
  for (const event of ['end', 'close', 'error']) socket.on(event, () => text.end())
  const iterator = createInterface({ input: text })[Symbol.asyncIterator]()
  return Object.assign(iterator, { socket })
}
