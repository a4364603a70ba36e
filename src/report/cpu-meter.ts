import type { TestModule } from 'vitest/node'
import { cpuOfAll, machineCpu, treeCpu } from '../metrics/cpu.ts'
import type { WorkerCpu } from './scenario-meta.ts'

/** What an engine on this machine consists of. A shim that has ended is counted nowhere. */
const ENGINE = ['dockerd', 'containerd', 'containerd-shim', 'podman', 'conmon']

/** Tells where the processor time of a run went, as far as that can be read here. */
export class CpuMeter {
  readonly #before = now()

  /** One line, or none where nothing can be read. */
  summary(modules: readonly Pick<TestModule, 'meta'>[]): string[] {
    const after = now()
    if (!after.machine || !this.#before.machine) return []
    const busy = after.machine.busy - this.#before.machine.busy
    const idle = after.machine.idle - this.#before.machine.idle
    const engineTook = (after.engine ?? 0) - (this.#before.engine ?? 0)
    // Less than nothing: shims that were there before have ended, and took their time with them.
    const engine =
      engineTook < 0 || after.engine === undefined ? [] : [`the engine ${seconds(engineTook)}, all its users together`]
    const servers = serversOf(modules.flatMap((module) => module.meta().mailrigFile?.cpu ?? []))
    const parts = [
      `Node ${seconds(after.node - this.#before.node)}`,
      ...engine,
      ...servers.map(([name, taken]) => `${name} ${seconds(taken)}`),
    ]
    return [`CPU of this machine: ${seconds(busy)} busy, ${seconds(idle)} idle; ${parts.join(', ')}`]
  }
}

function now() {
  return { machine: machineCpu(), node: treeCpu(process.pid), engine: cpuOfAll(ENGINE) }
}

/** Each worker tells its sum with every file; the largest is its last. The dearest server first. */
export function serversOf(told: readonly WorkerCpu[]): [string, number][] {
  const workers = Map.groupBy(told, ({ worker }) => worker)
  const sums = new Map<string, number>()
  for (const of of workers.values()) {
    const last = new Map<string, number>()
    for (const { servers } of of) {
      for (const [name, taken] of Object.entries(servers)) last.set(name, Math.max(taken, last.get(name) ?? 0))
    }
    for (const [name, taken] of last) sums.set(name, (sums.get(name) ?? 0) + taken)
  }
  return [...sums].filter(([, taken]) => taken > 0).sort(([, a], [, b]) => b - a)
}

function seconds(value: number): string {
  return `${value.toFixed(1)} s`
}
