import { inject } from 'vitest'
import { addServersOf } from '../servers/registry.ts'

// Before any test is declared: what it runs on may be a server of the user's own.
await addServersOf(inject('mailrig')?.servers ?? [])
