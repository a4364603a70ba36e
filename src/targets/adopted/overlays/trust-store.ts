import type { PlannedOverlay } from '../overlay.ts'
import type { PlanInput } from '../plan.ts'
import { originOf, valuesOf } from '../settings.ts'

/** The rig's authority where outbound TLS looks for those it trusts. */
export function trustStoreOverlays({ survey, postfix, tls }: PlanInput): PlannedOverlay[] {
  if (!postfix) return []
  const seen = new Set<string>()
  return valuesOf(postfix, (name) => /^(?:smtp|lmtp)_tls_CA(?:file|path)$/.test(name)).flatMap(({ name, value }) => {
    if (seen.has(value) || !value.startsWith('/')) return []
    seen.add(value)
    const isFile = name.endsWith('CAfile')
    return [
      {
        kind: 'trust-store' as const,
        path: value,
        what: isFile ? "the certificate of the rig's authority alone" : "the certificate of the rig's authority added",
        why: "no authority of the internet signs for the rig's upstream, so a smarthost could not be verified",
        from: originOf(survey, name),
        steps: isFile
          ? [{ write: { path: value, content: tls.authority } }]
          : [
              { write: { path: `${value}/mailrig.pem`, content: tls.authority } },
              { run: ['openssl', 'rehash', value] },
            ],
      },
    ]
  })
}
