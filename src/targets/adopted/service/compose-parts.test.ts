import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ServerFile } from '../../../engine/server-file.ts'
import { createMask } from '../secrets.ts'
import { readCompose } from './read-compose.ts'
import { requireImages } from './require-images.ts'
import { secretsOf } from './secrets-of.ts'
import type { ServiceGroup } from './service.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mailrig-compose-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Writes files below the folder, and reads the compose file among them. */
function read(
  files: Record<string, string>,
  { name = 'mail', environment = {} }: { name?: string; environment?: NodeJS.ProcessEnv } = {},
): Promise<ServiceGroup> {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return readCompose(join(folder, 'compose.yaml'), name, environment)
}

function told(files: readonly ServerFile[]): [string, string, number | undefined][] {
  return files.map(({ path, content, mode }) => [path, String(content), mode])
}

it('puts secrets and configs where Compose has them, and masks the secrets', async () => {
  const group = await read(
    {
      'compose.yaml': `
services:
  mail:
    image: mail:1
    tmpfs: [/run, "/tmp:size=64m"]
    secrets: [db_password, { source: relay, target: sasl, mode: 0o400, uid: "106" }, { source: key, target: /etc/dkim/key }]
    configs: [{ source: main, target: /etc/postfix/main.cf }, banner]
secrets:
  db_password: { file: ./db.txt }
  relay: { environment: RELAY }
  key: { content: "\${KEY_TEXT}" }
configs:
  main: { file: conf/main.cf }
  banner: { content: "hello \${HOST:-there}" }
`,
      'db.txt': 'hush-hush\n',
      'conf/main.cf': 'myhostname = mail.shop.example\n',
      '.env': 'KEY_TEXT=first-line-of-a-key\n',
    },
    { environment: { RELAY: 'smtp.example jim:relay-word' } },
  )
  expect(told(group.mail.files)).toEqual([
    ['/run/secrets/db_password', 'hush-hush\n', 0o444],
    ['/run/secrets/sasl', 'smtp.example jim:relay-word', 0o400],
    ['/etc/dkim/key', 'first-line-of-a-key', 0o444],
    ['/etc/postfix/main.cf', 'myhostname = mail.shop.example\n', 0o444],
    ['/banner', 'hello there', 0o444],
  ])
  expect(group.left).toMatchObject([{ path: 'mail.secrets relay', reason: 'its file belongs to root' }])
  // What lies in memory begins empty: the secrets have to be there before.
  expect(group.mail).toMatchObject({ tmpfs: { '/tmp': 'size=64m' }, volumes: [{ path: '/run', filled: false }] })
  const mask = createMask(secretsOf(group))
  for (const word of ['hush-hush', 'relay-word', 'first-line-of-a-key']) expect(mask(`<${word}>`)).toBe('<••••••>')
  expect(mask('mail.shop.example, hello there')).toBe('mail.shop.example, hello there')
})

it('masks what came in by a variable with a secret name, and no setting', async () => {
  const group = await read(
    {
      'compose.yaml': `
services:
  mail:
    image: mail:1
    command: ["serve", "--dsn", "postgres://\${DB_PASSWORD}"]
    environment:
      DKIM_KEY_ENABLED: "true"
      TOKEN_TTL: "3600"
      DB_PASSWORD_FILE: /run/secrets/db
      API_TOKEN: abc
      SECRET_WORD: in-the-environment
`,
      '.env': 'DB_PASSWORD=in-the-command\n',
    },
    {},
  )
  expect(secretsOf(group).sort()).toEqual(['in-the-command', 'in-the-environment'])
})

it('extends services of the same and of another file: paths are those of the file that says them', async () => {
  const group = await read({
    'compose.yaml': `
services:
  mail:
    extends: { file: base/common.yaml, service: common }
    environment: { LEVEL: debug }
    volumes: ["./own.cf:/etc/postfix/main.cf"]
    healthcheck: { retries: 5 }
    cap_add: [NET_RAW]
`,
    'own.cf': 'own\n',
    'base/common.yaml': `
services:
  root:
    image: mail:1
    privileged: true
    environment: [LEVEL=info, ORIGIN=root]
  common:
    extends: root
    env_file: common.env
    volumes: ["./main.cf:/etc/postfix/main.cf", "./master.cf:/etc/postfix/master.cf"]
    healthcheck: { test: "true", interval: 1m30s }
    cap_add: [NET_ADMIN]
`,
    'base/common.env': 'FROM_FILE=yes\n',
    'base/main.cf': 'base\n',
    'base/master.cf': 'master\n',
  })
  expect(group.mail).toMatchObject({
    image: 'mail:1',
    environment: { LEVEL: 'debug', ORIGIN: 'root', FROM_FILE: 'yes' },
    healthcheck: { test: ['CMD-SHELL', 'true'], intervalMs: 500, retries: 5 },
    settings: { capAdd: ['NET_ADMIN', 'NET_RAW'] },
  })
  expect(group.mail.files.map(({ path, content }) => [path, String(content)]).sort()).toEqual([
    ['/etc/postfix/main.cf', 'own\n'],
    ['/etc/postfix/master.cf', 'master\n'],
  ])
  expect(group.left).toEqual([
    { path: 'mail.privileged', reason: 'nothing may reach out of a rig', at: `${join(folder, 'base/common.yaml')}:5` },
  ])
})

it('includes files, with a folder and an .env of their own, and lays several over one another', async () => {
  const group = await read(
    {
      'compose.yaml': `
include:
  - infra/compose.yaml
  - path: [more/filter.yaml, more/override.yaml]
    env_file: more/values.env
services:
  mail:
    image: mail:1
    depends_on: [db, rspamd]
`,
      'infra/compose.yaml': `
services:
  db:
    image: "postgres:\${VERSION}"
    secrets: [word]
    volumes: ["./init:/docker-entrypoint-initdb.d:ro"]
secrets: { word: { file: word.txt } }
`,
      'infra/.env': 'VERSION=17\n',
      'infra/word.txt': 'of-the-infra',
      'infra/init/a.sql': 'select 1\n',
      'more/filter.yaml': 'services: { rspamd: { image: "rspamd:\u0024{TAG}", environment: { A: "1" } } }\n',
      'more/override.yaml': 'services: { rspamd: { environment: { B: "\u0024{TAG}" } } }\n',
      'more/values.env': 'TAG=3\n',
    },
    {},
  )
  expect(group.others).toMatchObject([
    { name: 'db', image: 'postgres:17' },
    { name: 'rspamd', image: 'rspamd:3', environment: { A: '1', B: '3' } },
  ])
  expect(told(group.others[0]?.files ?? [])).toMatchObject([
    ['/docker-entrypoint-initdb.d/a.sql', 'select 1\n', expect.any(Number)],
    ['/run/secrets/word', 'of-the-infra', 0o444],
  ])
  expect(secretsOf(group)).toEqual(['of-the-infra'])
})

it('has names, volumes and settings as the file says, and says with its line what a rig has not', async () => {
  const group = await read({
    'compose.yaml': `
services:
  mail:
    image: mail:1
    networks: { backend: { aliases: [smtp, mx], ipv4_address: 10.0.0.5 } }
    volumes: ["sockets:/run/filter", { type: volume, target: /var/spool, volume: { nocopy: true } }, { type: npipe, source: x, target: /x }]
    sysctls: { net.ipv4.ip_local_port_range: 1024 65000, kernel.shmmax: 1 }
    ulimits: { nofile: { soft: 1024, hard: 2048 }, nproc: 99 }
    shm_size: 64m
    init: true
    working_dir: /srv
    group_add: [mail, 105]
    extra_hosts: ["self:127.0.0.1", "gateway=host-gateway"]
    security_opt: ["no-new-privileges:true", "apparmor:unconfined"]
    links: ["filter:spam"]
    network_mode: host
  filter:
    image: rspamd:3
    container_name: shop-filter
    volumes: ["sockets:/run/rspamd"]
`,
  })
  expect(group.mail).toMatchObject({
    aliases: ['smtp', 'mx'],
    volumes: [
      { path: '/run/filter', name: 'sockets', filled: true },
      { path: '/var/spool', filled: false },
    ],
    settings: {
      sysctls: { 'net.ipv4.ip_local_port_range': '1024 65000' },
      ulimits: [
        { name: 'nofile', soft: 1024, hard: 2048 },
        { name: 'nproc', soft: 99, hard: 99 },
      ],
      shmSize: 64 << 20,
      init: true,
      workingDir: '/srv',
      groups: ['mail', '105'],
      hosts: { self: '127.0.0.1' },
      noNewPrivileges: true,
    },
  })
  expect(group.others).toMatchObject([{ name: 'filter', aliases: ['shop-filter', 'spam'] }])
  expect(group.left.map(({ path, at }) => `${at.slice(folder.length + 1)} ${path}`)).toEqual([
    'compose.yaml:16 mail.network_mode',
    'compose.yaml:5 mail.networks backend ipv4_address',
    'compose.yaml:6 mail.volumes x',
    'compose.yaml:7 mail.sysctls kernel.shmmax',
    'compose.yaml:13 mail.extra_hosts gateway',
    'compose.yaml:14 mail.security_opt apparmor:unconfined',
  ])
})

it('starts what has a profile that is active, and leaves out what may be missing', async () => {
  const text = `
services:
  mail: { image: "mail:1", profiles: [live], depends_on: { db: {}, web: { required: false } } }
  db: { image: "db:1", profiles: [live, test] }
  web: { image: "web:1", profiles: [web] }
`
  const usual = await read({ 'compose.yaml': text })
  expect(usual.others.map(({ name }) => name)).toEqual(['db'])
  expect(usual.left).toMatchObject([
    { path: 'mail.depends_on web', reason: 'web is of the profile web, which is not active' },
  ])
  const all = await read({ 'compose.yaml': text }, { environment: { COMPOSE_PROFILES: 'a,web' } })
  expect(all.others.map(({ name }) => name)).toEqual(['db', 'web'])
})

it('fills variables of an env_file, but not between single quotes or in a raw one', async () => {
  const { mail } = await read({
    'compose.yaml': `
services:
  mail:
    image: mail:1
    env_file: [a.env, { path: b.env, format: raw }]
    environment: [UNSET, HOST]
`,
    'a.env': `BASE=shop\nNAME=mail.\u0024{BASE}.example\nLITERAL='\u0024{BASE}'\n`,
    'b.env': 'RAW="\u0024{BASE}"\n',
    '.env': 'HOST=mx\n',
  })
  expect(mail.environment).toEqual({
    BASE: 'shop',
    NAME: 'mail.shop.example',
    LITERAL: '\u0024{BASE}',
    RAW: '"\u0024{BASE}"',
    HOST: 'mx',
  })
})

it('takes the image that Compose has built, and says how to build it where there is none', async () => {
  const group = await read({ 'compose.yaml': 'name: shop\nservices:\n  mail:\n    build: .\n' })
  expect(group.mail).toMatchObject({ image: 'shop-mail', built: `${join(folder, 'compose.yaml')}:4` })
  const gone = Object.assign(new Error('no such image'), { statusCode: 404 })
  const docker = { getImage: () => ({ inspect: () => Promise.reject(gone) }) } as never
  const looking = requireImages({ docker }, group)
  await expect(looking).rejects.toMatchObject({
    code: 'IMAGE_ABSENT',
    exitCode: 2,
    message: `${join(folder, 'compose.yaml')}:4: the service mail is built, and there is no image shop-mail in the engine`,
    remedy: expect.stringContaining('docker compose build mail'),
  })
  const there = { getImage: () => ({ inspect: () => Promise.resolve({}) }) } as never
  await expect(requireImages({ docker: there }, group)).resolves.toBeUndefined()
})
