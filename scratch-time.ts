import { CheckContext } from './src/check/check-context.ts'
for (const name of ['send', 'rested', 'mailbox', 'letters', 'session'] as const) {
  const own = CheckContext.prototype[name] as any
  ;(CheckContext.prototype as any)[name] = async function (...args: any[]) {
    const b = performance.now()
    try { return await own.apply(this, args) } finally { const d = performance.now() - b; if (d > 300) console.log('   ', name, Math.round(d)) }
  }
}
