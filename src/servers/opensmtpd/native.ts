import { z } from 'zod'
import { declareNative } from '../../topology/native.ts'

const schema = z.strictObject({
  /** Lines before the first rule: the first rule that fits counts (smtpd.conf(5), match). */
  conf: z.array(z.string()).default([]),
})

declare module '../../topology/native.ts' {
  interface NativeSettings {
    opensmtpd?: z.output<typeof schema> | undefined
  }
  interface NativeInput {
    opensmtpd?: z.input<typeof schema> | undefined
  }
}

export const native = declareNative('opensmtpd', {
  schema,
  keys: {
    conf: {
      takes: 'lines of smtpd.conf',
      goes: 'before the first `match` of mailrig',
      example: '["match from any for domain \\"spam.example\\" reject"]',
    },
  },
})
