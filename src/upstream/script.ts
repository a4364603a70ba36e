import { type Action, type CheckedAction, checkAction, type Stage } from './action.ts'
import type { Attempt } from './attempt.ts'
import type { RelayedMessage } from './relayed-message.ts'

/** What is known when a rule is asked. */
export interface StageContext {
  stage: Stage
  /** The connection so far. */
  attempt: Attempt
  /** The command line as it came; empty at `connect` and `message`. */
  command: string
  /** Reverse-path, `''` for the null one; undefined before MAIL. */
  from?: string
  /** Recipients accepted so far. */
  to: string[]
  /** At `rcpt`: the one in question. */
  recipient?: string
  /** At `message`. */
  message?: RelayedMessage
}

export interface RuleOptions {
  /** How often the rule serves; then it is spent. Default: for ever. */
  times?: number
  /** Whether it serves here. Default: always. */
  when?: (context: StageContext) => boolean
}

interface Rule {
  stage: Stage
  action: CheckedAction
  left: number
  when: (context: StageContext) => boolean
}

/** What an upstream was told to do. Rules are asked in the order they were given; the first that serves is the only one. */
export class Script {
  #rules: Rule[] = []

  /** Adds a rule; the function returned takes it away again. */
  add(stage: Stage, action: Action, { times = Number.POSITIVE_INFINITY, when = () => true }: RuleOptions): () => void {
    const rule: Rule = { stage, action: checkAction(stage, action), left: times, when }
    this.#rules.push(rule)
    return () => {
      this.#rules = this.#rules.filter((other) => other !== rule)
    }
  }

  /** Was anything said about this stage, spent or not? */
  concerns(stage: Stage): boolean {
    return this.#rules.some((rule) => rule.stage === stage)
  }

  /** Was anything said at all, spent or not? */
  get has(): boolean {
    return this.#rules.length > 0
  }

  /** The action for this stage, one service counted. */
  take(context: StageContext): CheckedAction | undefined {
    const rule = this.#rules.find(({ stage, left, when }) => stage === context.stage && left > 0 && when(context))
    if (rule) rule.left -= 1
    return rule?.action
  }

  clear(): void {
    this.#rules = []
  }
}
