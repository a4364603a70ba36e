/** How long a rule serves, and where. */
export interface RuleOptions<C> {
  /** How often the rule serves; then it is spent. Default: for ever. */
  times?: number
  /** Whether it serves here. Default: always. */
  when?: (context: C) => boolean
}

interface Rule<S, A, C> {
  stage: S
  action: A
  left: number
  when: (context: C) => boolean
}

/** What a player of mailrig's was told to do. Rules are asked in the order they were given; the first that serves is the only one. */
export class Rules<S extends string, A, C extends { stage: S }> {
  #rules: Rule<S, A, C>[] = []

  /** Adds a rule; the function returned takes it away again. */
  put(stage: S, action: A, { times = Number.POSITIVE_INFINITY, when = () => true }: RuleOptions<C>): () => void {
    const rule: Rule<S, A, C> = { stage, action, left: times, when }
    this.#rules.push(rule)
    return () => {
      this.#rules = this.#rules.filter((other) => other !== rule)
    }
  }

  /** Was anything said about this stage, spent or not? */
  concerns(stage: S): boolean {
    return this.#rules.some((rule) => rule.stage === stage)
  }

  /** Was anything said at all, spent or not? */
  get has(): boolean {
    return this.#rules.length > 0
  }

  /** The action for this stage, one service counted. */
  take(context: C): A | undefined {
    const rule = this.#rules.find(({ stage, left, when }) => stage === context.stage && left > 0 && when(context))
    if (rule) rule.left -= 1
    return rule?.action
  }

  clear(): void {
    this.#rules = []
  }
}
