import { z } from 'zod'
import { quote } from '../../topology/names.ts'
import { declareNative } from '../../topology/native.ts'

const schema = z.strictObject({
  'main.cf': z
    .record(
      z.string().regex(/^[a-z0-9_]+$/, {
        error: (issue) => `${quote(issue.input)} is not a setting of main.cf such as "smtpd_banner"`,
      }),
      z.string(),
    )
    .default({}),
  /** Whole lines of master.cf(5). */
  'master.cf': z.array(z.string()).default([]),
})

declare module '../../topology/native.ts' {
  interface NativeSettings {
    postfix?: z.output<typeof schema> | undefined
  }
  interface NativeInput {
    postfix?: z.input<typeof schema> | undefined
  }
}

export const native = declareNative('postfix', {
  schema,
  keys: {
    'main.cf': {
      takes: 'parameter → value',
      goes: 'the end of main.cf',
      example: '{ disable_vrfy_command: "yes" }',
    },
    'master.cf': { takes: 'whole lines', goes: 'the end of master.cf', example: '["2525 inet n - n - - smtpd"]' },
  },
})
