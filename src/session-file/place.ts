/** A place in a session file. Both count from 1; a column counts UTF-16 code units, as editors do. */
export interface Place {
  line: number
  column: number
}
