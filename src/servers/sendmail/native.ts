import { z } from 'zod'
import { declareNative } from '../../topology/native.ts'

const schema = z.strictObject({
  /** Lines of sendmail.mc, before MAILER(). */
  mc: z.array(z.string()).default([]),
  /** Lines after the last MAILER(), such as LOCAL_RULESETS. */
  cf: z.array(z.string()).default([]),
})

declare module '../../topology/native.ts' {
  interface NativeSettings {
    sendmail?: z.output<typeof schema> | undefined
  }
  interface NativeInput {
    sendmail?: z.input<typeof schema> | undefined
  }
}

export const native = declareNative('sendmail', {
  schema,
  keys: {
    mc: { takes: 'lines of sendmail.mc', goes: 'before `MAILER()`', example: '["define(`confLOG_LEVEL\', `14\')"]' },
    cf: {
      takes: 'lines such as `LOCAL_RULESETS`',
      goes: 'after the last `MAILER()`',
      example: '["LOCAL_RULESETS", "SLocal_check_mail"]',
    },
  },
})
