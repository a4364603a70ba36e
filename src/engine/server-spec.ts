import type { HostPlan } from './host-plan.ts'

/** A server to boot in a container: what of a host's plan matters once the container is there. */
export interface ServerSpec
  extends Pick<HostPlan, 'environment' | 'readiness' | 'refuses' | 'readyTimeoutMs' | 'renewal'> {
  /** Written before the first process starts. */
  files?: HostPlan['files']
  /** Nobody connects before this, not even to see whether it greets. */
  connectAfter?: Promise<unknown>
}
