import { z } from 'zod'
import { journalEntry } from './journal.ts'
import { runDocument } from './run-document.ts'

/** The document of a run as JSON Schema, for programs in other languages that read or write one. */
export function runJsonSchema(): object {
  return { ...z.toJSONSchema(runDocument, { io: 'input' }), title: 'A run of mailrig, format 1' }
}

/** What stands on each line behind the first while a run is under way, or where it was killed. */
export function journalEntryJsonSchema(): object {
  return { ...z.toJSONSchema(journalEntry, { io: 'input' }), title: 'A line of a run of mailrig that is under way' }
}
