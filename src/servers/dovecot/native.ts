import { z } from 'zod'
import { declareNative } from '../../topology/native.ts'

const schema = z.strictObject({
  /** Lines added at the end of dovecot.conf. */
  conf: z.array(z.string()).default([]),
})

declare module '../../topology/native.ts' {
  interface NativeSettings {
    dovecot?: z.output<typeof schema> | undefined
  }
  interface NativeInput {
    dovecot?: z.input<typeof schema> | undefined
  }
}

export const native = declareNative('dovecot', {
  schema,
  keys: { conf: { takes: 'lines', goes: 'the end of dovecot.conf', example: '["mail_debug = yes"]' } },
})
