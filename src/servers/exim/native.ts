import { z } from 'zod'
import { declareNative } from '../../topology/native.ts'

const lines = z.array(z.string()).default([])

const schema = z.strictObject({
  /** Lines put at the head of the main section. */
  main: lines,
  /** Lines put at the head of the ACL run after RCPT, and of the one after DATA. */
  acl_rcpt: lines,
  acl_data: lines,
  /** Whole routers put before mailrig's, whole transports, retry and rewrite lines. */
  routers: lines,
  transports: lines,
  retry: lines,
  rewrite: lines,
})

declare module '../../topology/native.ts' {
  interface NativeSettings {
    exim?: z.output<typeof schema> | undefined
  }
  interface NativeInput {
    exim?: z.input<typeof schema> | undefined
  }
}

const BEFORE = 'before those of mailrig'

export const native = declareNative('exim', {
  schema,
  keys: {
    main: { takes: 'lines', goes: 'the head of the main section', example: '["smtp_banner = hello"]' },
    acl_rcpt: { takes: 'lines', goes: 'the head of the ACL after RCPT', example: '["deny message = no"]' },
    acl_data: { takes: 'lines', goes: 'the head of the ACL after DATA', example: '["deny message = no"]' },
    routers: {
      takes: 'whole routers',
      goes: BEFORE,
      example: '["nobody:\\n  driver = redirect\\n  data = :blackhole:"]',
    },
    transports: {
      takes: 'whole transports',
      goes: BEFORE,
      example: '["script:\\n  driver = pipe\\n  command = /bin/true"]',
    },
    retry: { takes: 'lines', goes: BEFORE, example: '["* * F,1h,5m"]' },
    rewrite: { takes: 'lines', goes: BEFORE, example: '["*@old.example $1@new.example"]' },
  },
})
