import type { Readiness } from './readiness.ts'
import type { Renewal } from './renewal-spec.ts'
import type { ServerFile } from './server-file.ts'

/** Where the lines of a host's log come from. */
export type LogSource =
  /** The standard output and error of its first process. */
  | { kind: 'output' }
  /** A file in it, which may be made later, and may be rotated. */
  | { kind: 'file'; path: string }
  /** What its programs hand to syslog(3): mailrig listens at /dev/log. */
  | { kind: 'syslog' }

/**
 * Who runs as the first process of a host's container.
 *
 * `init`: mailrig's own, which needs Perl in the image, and which runs the image's entrypoint. It sees what runs, can stop
 * it in its tracks, and can make the container as it was for the next rig. `image`: what the image itself runs, as the
 * user it names; nothing is asked of the image.
 */
export type FirstProcess = 'init' | 'image'

/** One machine of a rig: what its container is made of, and when it is ready. Knows nothing of mail. */
export interface HostPlan {
  /** The word for it in messages; no two hosts of a rig have the same. */
  name: string
  /** Present in the engine already. */
  image: string
  firstProcess: FirstProcess
  /** Instead of the image's own. */
  command?: readonly string[]
  /** The same; only a host that runs as its image says can have another. */
  entrypoint?: readonly string[]
  /** The same: a name or a number, with a group behind a colon. */
  user?: string
  /** Written before the first process starts. */
  files: readonly ServerFile[]
  /** Path → name of the volume to mount there; made when first mounted, with the container's labels. */
  volumes?: Readonly<Record<string, string>>
  environment?: Readonly<Record<string, string>>
  /**
   * Linux capabilities kept; all others are dropped. Absent: those the engine gives by itself, which only a host that
   * runs as its image says can have.
   */
  capabilities?: readonly string[]
  /** Ports that this process must reach. */
  publish: readonly number[]
  readiness: readonly Readiness[]
  /** Bound of the wait for all of `readiness`, ms. Default 20 000 of an idle machine. */
  readyTimeoutMs?: number
  /** A log line after which it will not get ready, whatever is waited for. */
  refuses?: RegExp
  /** Default: its output. */
  log?: readonly LogSource[]
  /**
   * How its server goes on for the next rig where that wants it with other data alone. Absent: each rig boots its own,
   * in a container that may have served another (only where mailrig's init is the first process).
   */
  renewal?: Renewal
}
