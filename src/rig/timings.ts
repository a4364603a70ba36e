/** How long each step of a boot took, in ms since its start. */
export class Timings {
  readonly #started = performance.now()
  readonly marks: Record<string, number> = {}

  mark(step: string): void {
    this.marks[step] = performance.now() - this.#started
  }

  get total(): number {
    return Math.max(0, ...Object.values(this.marks))
  }
}
