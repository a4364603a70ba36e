/** What took the time while one server started, in ms. */
export interface ServerBoot {
  /** The engine made and started the container; 0 where one stood ready. */
  engineMs: number
  /** From the files to the greetings: entrypoint and daemon. */
  serverMs: number
}

/** How long each step of a boot took, in ms since its start. */
export class Timings {
  readonly #started = performance.now()
  readonly marks: Record<string, number> = {}
  readonly servers: Record<string, ServerBoot> = {}

  mark(step: string): void {
    this.marks[step] = performance.now() - this.#started
  }

  get total(): number {
    return Math.max(0, ...Object.values(this.marks))
  }

  /** The server that was waited for longest: the others boot beside it. */
  get slowest(): ServerBoot {
    const [slowest] = Object.values(this.servers).sort((a, b) => total(b) - total(a))
    return slowest ?? { engineMs: 0, serverMs: 0 }
  }

  /** What of the boot was neither the engine's nor the servers', ms: rendering, addresses, names, the way there. */
  get own(): number {
    return Math.max(0, this.total - total(this.slowest))
  }
}

function total({ engineMs, serverMs }: ServerBoot): number {
  return engineMs + serverMs
}
