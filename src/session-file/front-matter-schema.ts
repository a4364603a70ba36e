import { z } from 'zod'
import { FEATURES, STORE_FEATURES } from '../servers/feature.ts'
import { MTA_NAMES } from '../servers/registry.ts'
import { RELEASES } from '../servers/release.ts'
import { topologySchema } from '../topology/schema.ts'

const reference = z.string().regex(/^(?:CVE-\d{4}-\d{4,}|RFC \d{1,5}\b.*|https?:\/\/\S+)$/, {
  error: 'expected a reference such as "CVE-2023-51764", "RFC 5321 D.1" or a URL',
})

const features = z.array(z.enum([...FEATURES, ...STORE_FEATURES]))

/** MTAs by name: those that are known when it is asked. */
const needs = () =>
  z.union([
    features,
    z.strictObject({
      features: features.optional(),
      mtas: z
        .array(z.enum(MTA_NAMES as [string, ...string[]]))
        .min(1)
        .optional(),
      releases: z
        .array(z.enum(RELEASES as [string, ...string[]]))
        .min(1)
        .optional(),
      /** Why these and no others; the report shows it. */
      reason: z.string().min(1),
    }),
  ])

/** What the front matter says of the file itself. All other keys are those of the topology. */
export const aboutSchema = () =>
  z.strictObject({
    title: z.string().min(1).max(200).optional().describe('What the server does, in one line; the name of the test.'),
    description: z.string().optional().describe('Why it matters; what a fixed and a vulnerable server do.'),
    references: z.array(reference).optional().describe('CVE numbers, RFC sections, URLs.'),
    covers: z.array(z.string().min(1)).optional().describe('Ids of docs/coverage.md.'),
    target: z
      .string()
      .min(1)
      .optional()
      .describe('The one target with a configuration of your own that the file is about, by its name in `targets`.'),
    needs: needs().optional().describe('Features, MTAs and releases the file needs, and why.'),
  })

/** How its keys are written, for errors. */
export const ABOUT_EXAMPLES: Readonly<Record<string, string>> = {
  title: '"An unknown user is refused at RCPT"',
  description: '"Why it matters"',
  references: '["CVE-2023-51764", "RFC 5321 D.1"]',
  covers: '["P8"]',
  target: '"production"',
  needs: '[dsn], or { mtas: [postfix], reason: "the setting is one of Postfix" }',
  'needs.features': '[dsn]',
  'needs.mtas': '[postfix]',
  'needs.releases': '[trixie]',
  'needs.reason': '"the setting is one of Postfix"',
}

/** The whole front matter: the topology stands beside `title`, or under `topology`. */
export function frontMatterSchema() {
  const topology = topologySchema()
  return z.strictObject({
    ...aboutSchema().shape,
    ...topology.shape,
    topology: topology.optional().describe('The mail world, where its keys do not stand beside the title.'),
  })
}
