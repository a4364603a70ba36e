import { z } from 'zod'
import { declareNative } from '../../topology/native.ts'

const schema = z.strictObject({
  /** Lines before the first rule: the first rule that fits counts (smtpd.conf(5), match). */
  conf: z.array(z.string()).default([]),
  /** What filters do, in front of those of access rules: phase, condition and decision (smtpd.conf(5), MAIL FILTERING). */
  filters: z.array(z.string()).default([]),
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
    filters: {
      takes: 'phase, condition and decision of a filter, each',
      goes: 'before the filters of mailrig',
      example: '["phase mail-from match !rdns reject \\"550 no reverse name\\""]',
    },
  },
})
