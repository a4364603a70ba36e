import type { ConfigFormat } from '../servers/mutation.ts'
import type { Operators } from './change.ts'
import { blockChanges } from './formats/blocks.ts'
import { macroChanges } from './formats/macros.ts'
import { parameterChanges } from './formats/parameters.ts'
import { ruleChanges } from './formats/rules.ts'
import { sectionChanges } from './formats/sections.ts'
import { serviceChanges } from './formats/services.ts'
import { sieveChanges } from './formats/sieve.ts'
import { accessTableChanges, tableChanges } from './formats/table.ts'

/** What can be changed in a text of each format. */
export const OPERATORS: Readonly<Record<ConfigFormat, Operators>> = {
  parameters: parameterChanges,
  services: serviceChanges,
  table: tableChanges,
  'access-table': accessTableChanges,
  sections: sectionChanges,
  macros: macroChanges,
  rules: ruleChanges,
  blocks: blockChanges,
  sieve: sieveChanges,
}
