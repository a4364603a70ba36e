/** Who came of whom, by queue id. */
export class Kinship {
  readonly #children = new Map<string, Set<string>>()
  readonly #parents = new Map<string, Set<string>>()
  /** Child → those it may have come of, where no line of the log says of which. */
  readonly #supposed = new Map<string, Set<string>>()

  /** The log says so: what was supposed of the child is over. */
  relate(parent: string, child: string): void {
    if (parent === child) return
    for (const other of this.#supposed.get(child) ?? []) this.#children.get(other)?.delete(child)
    this.#supposed.delete(child)
    addTo(this.#children, parent, child)
    addTo(this.#parents, child, parent)
  }

  /** Some of these are what the child came of. Does nothing where the log has told. */
  suppose(candidates: Iterable<string>, child: string): void {
    if (this.isTold(child)) return
    for (const parent of candidates) {
      if (parent === child || this.family([child]).includes(parent)) continue
      addTo(this.#children, parent, child)
      addTo(this.#supposed, child, parent)
    }
  }

  /** Nothing is known of it any more. */
  erase(queueId: string): void {
    for (const child of this.#children.get(queueId) ?? []) {
      this.#parents.get(child)?.delete(queueId)
      this.#supposed.get(child)?.delete(queueId)
    }
    for (const parent of [...(this.#parents.get(queueId) ?? []), ...(this.#supposed.get(queueId) ?? [])]) {
      this.#children.get(parent)?.delete(queueId)
    }
    for (const map of [this.#children, this.#parents, this.#supposed]) map.delete(queueId)
  }

  /** Whether the log tells what it came of. */
  isTold(child: string): boolean {
    return this.#parents.has(child)
  }

  /** These and all that came of them, or may have. */
  family(queueIds: Iterable<string>): string[] {
    return this.#walk(queueIds, () => true)
  }

  /** These and all that can have come of nothing else. */
  certainFamily(queueIds: Iterable<string>): string[] {
    return this.#walk(queueIds, (child) => this.isTold(child) || this.#supposed.get(child)?.size === 1)
  }

  #walk(queueIds: Iterable<string>, follow: (child: string) => boolean): string[] {
    const family = new Set<string>()
    const visit = (queueId: string) => {
      if (family.has(queueId)) return
      family.add(queueId)
      for (const child of this.#children.get(queueId) ?? []) if (follow(child)) visit(child)
    }
    for (const queueId of queueIds) visit(queueId)
    return [...family]
  }
}

function addTo(sets: Map<string, Set<string>>, key: string, value: string): void {
  const set = sets.get(key) ?? new Set()
  sets.set(key, set.add(value))
}
