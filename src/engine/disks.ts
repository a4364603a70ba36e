import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EngineError, UnsupportedError } from '../errors/mailrig-error.ts'
import { DOCKER_FOLDER } from './build-context.ts'
import type { Engine } from './engine.ts'
import { type Helper, orders, startHelper } from './helper.ts'
import { ensureImages, type ImageName, imageTag } from './images.ts'
import { labelsOf, type Run } from './labels.ts'
import { silentProgress } from './progress.ts'
import { removeVolume } from './sweep.ts'

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
  let helper: DiskHelper | undefined
  const remove = async () => {
    for (const volume of made) await removeVolume(engine.docker, volume)
    await helper?.remove()
  }
  try {
    helper = await startDiskHelper(engine, { name, labels, disks: wishes.map(argumentOf) })
    const { devices } = helper
    const order = orders(helper, refused)
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

function argumentOf({ mebibytes, writesLate = false }: DiskWish): string {
  return writesLate ? `${mebibytes},commit=86400` : String(mebibytes)
}

interface DiskHelper extends Helper {
  /** In the order of the wishes. */
  devices: readonly string[]
}

async function startDiskHelper(
  engine: Engine,
  { name, labels, disks }: { name: string; labels: Record<string, string>; disks: readonly string[] },
): Promise<DiskHelper> {
  let helper: Helper | undefined
  try {
    const [image, program] = await Promise.all([
      imageTag(DISK_IMAGE.server, DISK_IMAGE.release),
      readFile(join(DOCKER_FOLDER, 'disk', 'disk.pl'), 'utf8'),
    ])
    helper = await startHelper(engine, {
      name,
      image,
      labels,
      program: [program, ...disks],
      hostConfig: {
        NetworkMode: 'none',
        CapAdd: ['SYS_ADMIN', 'MKNOD', 'DAC_OVERRIDE'],
        SecurityOpt: ['seccomp=unconfined', 'apparmor=unconfined'],
        DeviceCgroupRules: LOOP_DEVICES,
        Devices: [{ PathOnHost: '/dev/loop-control', PathInContainer: '/dev/loop-control', CgroupPermissions: 'rwm' }],
        Tmpfs: { '/images': '' },
      },
    })
    const devices: string[] = []
    for (let line = await helper.next('disks'); line !== 'ready'; line = await helper.next('disks')) {
      const device = /^disk \d+ (\S+)$/.exec(line)?.[1]
      if (device === undefined) throw new Error(line.replace(/^failed /, ''))
      devices.push(device)
    }
    return { ...helper, devices }
  } catch (cause) {
    await helper?.remove()
    const reason = cause instanceof Error ? cause.message.trim() : String(cause)
    throw new UnsupportedError(`no disk can be made whose power could be cut: ${reason}`, {
      code: 'DISK_UNSUPPORTED',
      remedy:
        'Use an engine that runs as root on a Linux with ext4 and loop devices (`modprobe loop`); a rootless one may not mount.',
      cause,
    })
  }
}

function refused(line: string, reason: string): EngineError {
  return new EngineError(`the disk did not obey ${JSON.stringify(line)}: ${reason}`, {
    code: 'DISK_FAILED',
    remedy: 'See whether another container still mounts the volume, and what `dmesg` says of ext4.',
  })
}
