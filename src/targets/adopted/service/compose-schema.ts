import { z } from 'zod'

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])
const words = z.union([z.string(), z.array(z.string())])
const pairs = z.union([z.array(z.string()), z.record(z.string(), scalar)])
const size = z.union([z.string(), z.number()])

const port = z.union([z.string(), z.number(), z.looseObject({ target: z.union([z.number(), z.string()]) })])
const mount = z.union([
  z.string(),
  z.looseObject({
    type: z.string().optional(),
    source: z.string().optional(),
    target: z.string(),
    volume: z.looseObject({ nocopy: z.boolean().optional(), subpath: z.string().optional() }).optional(),
    tmpfs: z
      .looseObject({ size: z.union([z.string(), z.number()]).optional(), mode: z.number().optional() })
      .optional(),
  }),
])
const envFile = z.union([
  z.string(),
  z.looseObject({ path: z.string(), required: z.boolean().optional(), format: z.string().optional() }),
])
const dependency = z.looseObject({ condition: z.string().optional(), required: z.boolean().optional() }).nullable()
const granted = z.union([
  z.string(),
  z.looseObject({
    source: z.string(),
    target: z.string().optional(),
    mode: z.union([z.number(), z.string()]).optional(),
    uid: z.union([z.number(), z.string()]).optional(),
    gid: z.union([z.number(), z.string()]).optional(),
  }),
])
const healthcheck = z.looseObject({
  test: words.optional(),
  interval: z.string().optional(),
  timeout: z.string().optional(),
  retries: z.coerce.number().optional(),
  start_period: z.string().optional(),
  disable: z.boolean().optional(),
})
const network = z.looseObject({ aliases: z.array(z.string()).nullish() }).nullable()

/** Keys of a service that count for a verdict (compose-spec, 05-services.md). Others are reported as left out. */
export const serviceSchema = z.looseObject({
  build: z.unknown().optional(),
  cap_add: z.array(z.string()).nullish(),
  cap_drop: z.array(z.string()).nullish(),
  command: words.nullish(),
  configs: z.array(granted).nullish(),
  container_name: z.string().optional(),
  depends_on: z.union([z.array(z.string()), z.record(z.string(), dependency)]).nullish(),
  domainname: z.string().optional(),
  entrypoint: words.nullish(),
  env_file: z.union([z.string(), z.array(envFile)]).nullish(),
  environment: pairs.nullish(),
  expose: z.array(z.union([z.string(), z.number()])).nullish(),
  extends: z.union([z.string(), z.looseObject({ service: z.string(), file: z.string().optional() })]).optional(),
  extra_hosts: z.union([z.array(z.string()), z.record(z.string(), words)]).nullish(),
  group_add: z.array(z.union([z.string(), z.number()])).nullish(),
  healthcheck: healthcheck.nullish(),
  hostname: z.string().optional(),
  image: z.string().optional(),
  init: z.boolean().optional(),
  links: z.array(z.string()).nullish(),
  networks: z.union([z.array(z.string()), z.record(z.string(), network)]).nullish(),
  ports: z.array(port).nullish(),
  profiles: z.array(z.string()).nullish(),
  secrets: z.array(granted).nullish(),
  security_opt: z.array(z.string()).nullish(),
  shm_size: size.optional(),
  sysctls: pairs.nullish(),
  tmpfs: words.nullish(),
  ulimits: z.record(z.string(), z.union([size, z.looseObject({ soft: size, hard: size })])).nullish(),
  user: z.union([z.string(), z.number()]).optional(),
  volumes: z.array(mount).nullish(),
  working_dir: z.string().optional(),
})
export type ComposeService = z.infer<typeof serviceSchema>

const material = z
  .looseObject({
    file: z.string().optional(),
    environment: z.string().optional(),
    content: z.string().optional(),
    external: z.unknown().optional(),
  })
  .nullable()
export type ComposeMaterial = z.infer<typeof material>

const include = z.union([
  z.string(),
  z.looseObject({ path: words, project_directory: z.string().optional(), env_file: words.optional() }),
])
export type ComposeInclude = z.infer<typeof include>

export const composeSchema = z.looseObject({
  name: z.string().optional(),
  include: z.array(include).nullish(),
  services: z.record(z.string(), serviceSchema).optional(),
  secrets: z.record(z.string(), material).nullish(),
  configs: z.record(z.string(), material).nullish(),
  volumes: z.record(z.string(), z.looseObject({}).nullable()).nullish(),
})
export type ComposeText = z.infer<typeof composeSchema>

/** How each part is written, for errors. `*` is any key. */
export const EXAMPLES = {
  services: '{ mail: { image: "mail:1.2" } }',
  'services.*': '{ image: "mail:1.2" }',
  'services.*.volumes': '["./config:/etc/postfix:ro"]',
  'services.*.environment': '{ HOSTNAME: "mail.example.com" }',
  'services.*.ports': '["25:25"]',
  'services.*.secrets': '["db_password"]',
  'services.*.depends_on': '{ db: { condition: "service_healthy" } }',
  secrets: '{ db_password: { file: "./db_password.txt" } }',
  include: '["infra/compose.yaml"]',
}

/** Keys that change nothing about what a server does in a rig. */
export const WITHOUT_EFFECT = new Set([
  'annotations',
  'attach',
  'deploy',
  'develop',
  'label_file',
  'labels',
  'logging',
  'platform',
  'pull_policy',
  'restart',
  'scale',
  'stdin_open',
  'stop_grace_period',
  'stop_signal',
  'tty',
])

/** Keys that are done. */
export const KNOWN = new Set(Object.keys(serviceSchema.shape))
