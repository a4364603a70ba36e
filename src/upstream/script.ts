import { type Action, type CheckedAction, checkAction, type Stage } from './action.ts'
import type { Attempt } from './attempt.ts'
import type { RelayedMessage } from './relayed-message.ts'
import { Rules, type RuleOptions as SomeRuleOptions } from './rules.ts'

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

/** How long a rule serves, and where. */
export type RuleOptions = SomeRuleOptions<StageContext>

/** What an upstream was told to do. */
export class Script extends Rules<Stage, CheckedAction, StageContext> {
  /** Adds a rule; the function returned takes it away again. @throws {InputError} ACTION_INVALID */
  add(stage: Stage, action: Action, options: RuleOptions): () => void {
    return this.put(stage, checkAction(stage, action), options)
  }
}
