import type { Durability } from '../durability.ts'
import { PATHS } from './paths.ts'

/**
 * The spool. Exim is one program: what a process of it does its options tell (Exim specification, "The Exim command line").
 * One that receives has the command line of the daemon that it was forked from, and the server ends with that one.
 */
export const durability: Durability = {
  place: PATHS.spool,
  daemons: {
    'queue runner': /\bexim4? (?:\S+ )*-q(?!1s)/,
    delivery: /\bexim4? (?:\S+ )*-Mc /,
  },
}
