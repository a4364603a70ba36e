import { z } from 'zod'

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])
const words = z.union([z.string(), z.array(z.string())])
const pairs = z.union([z.array(z.string()), z.record(z.string(), scalar)])

const port = z.union([z.string(), z.number(), z.looseObject({ target: z.union([z.number(), z.string()]) })])
const volume = z.union([
  z.string(),
  z.looseObject({ type: z.string().optional(), source: z.string().optional(), target: z.string() }),
])

/** Keys of a service that count for a verdict (compose-spec, 05-services.md). Others are reported as left out. */
export const serviceSchema = z.looseObject({
  image: z.string().optional(),
  build: z.unknown().optional(),
  hostname: z.string().optional(),
  domainname: z.string().optional(),
  user: z.union([z.string(), z.number()]).optional(),
  command: words.nullish(),
  entrypoint: words.nullish(),
  environment: pairs.nullish(),
  env_file: z
    .union([
      z.string(),
      z.array(z.union([z.string(), z.looseObject({ path: z.string(), required: z.boolean().optional() })])),
    ])
    .nullish(),
  volumes: z.array(volume).nullish(),
  tmpfs: words.nullish(),
  ports: z.array(port).nullish(),
  expose: z.array(z.union([z.string(), z.number()])).nullish(),
  depends_on: z.union([z.array(z.string()), z.record(z.string(), z.unknown())]).nullish(),
})
export type ComposeService = z.infer<typeof serviceSchema>

export const composeSchema = z.looseObject({ services: z.record(z.string(), serviceSchema) })

/** Keys that change nothing about what a server does in a rig. */
export const WITHOUT_EFFECT = new Set([
  'container_name',
  'deploy',
  'healthcheck',
  'labels',
  'logging',
  'platform',
  'profiles',
  'pull_policy',
  'restart',
  'stop_grace_period',
  'stop_signal',
  'networks',
  'links',
])
