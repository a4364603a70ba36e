import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { interpolate } from './interpolate.ts'
import { readCompose } from './read-compose.ts'
import { secretsOf } from './secrets-of.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mailrig-compose-'))
  mkdirSync(join(folder, 'config'))
  writeFileSync(join(folder, 'config/main.cf'), 'myhostname = mail.shop.example\n')
  writeFileSync(join(folder, 'mail.env'), 'DOMAIN=shop.example\nADMIN_PASSWORD=from-a-file\n')
})
afterAll(() => rmSync(folder, { recursive: true }))

function compose(text: string): string {
  const path = join(folder, 'compose.yaml')
  writeFileSync(path, text)
  return path
}

const SHOP = `
services:
  mail:
    image: "mail:\${VERSION:-1.2}"
    user: 1000
    hostname: mail
    domainname: shop.example
    command: postfix start-fg "two words"
    env_file: mail.env
    environment: [LEVEL=info, "DB_PASSWORD=s3cret"]
    volumes:
      - ./config:/etc/postfix:ro
      - maildata:/var/mail
      - ./not-there:/etc/opendkim
      - /var/run/docker.sock:/var/run/docker.sock
    ports: ["25:25", "127.0.0.1:2587:587/tcp", { target: 993, published: 993 }]
    depends_on: { db: { condition: service_healthy } }
    restart: always
    devices: [/dev/fuse]
    cap_add: [NET_ADMIN, SYS_ADMIN]
  db:
    image: postgres:17
    depends_on: [cache]
  cache: { image: "valkey:8" }
  web: { image: "web:1" }
`

it('reads a service with what it depends on, in the order to start them', async () => {
  const group = await readCompose(compose(SHOP), 'mail', {})
  expect(group.others.map(({ name }) => name)).toEqual(['cache', 'db'])
  expect(group.mail).toMatchObject({
    image: 'mail:1.2',
    hostname: 'mail.shop.example',
    user: '1000',
    command: ['postfix', 'start-fg', 'two words'],
    environment: { DOMAIN: 'shop.example', ADMIN_PASSWORD: 'from-a-file', LEVEL: 'info', DB_PASSWORD: 's3cret' },
    volumes: [
      { path: '/etc/postfix', filled: false },
      { path: '/var/mail', name: 'maildata', filled: true },
      { path: '/etc/opendkim', filled: false },
    ],
    settings: { capAdd: ['NET_ADMIN'] },
    ports: [25, 587, 993],
  })
  expect(group.mail.files.map(({ path, content }) => [path, String(content)])).toEqual([
    ['/etc/postfix/main.cf', 'myhostname = mail.shop.example\n'],
  ])
  expect(group.left.map(({ path, at }) => `${at.replace(folder, '.')} ${path}`)).toEqual([
    './compose.yaml:19 mail.devices',
    './compose.yaml:14 mail.volumes ./not-there',
    './compose.yaml:15 mail.volumes /var/run/docker.sock',
    './compose.yaml:20 mail.cap_add SYS_ADMIN',
  ])
  expect(group.others.map(({ name, awaited }) => [name, awaited])).toEqual([
    ['cache', undefined],
    ['db', 'healthy'],
  ])
  expect(secretsOf(group)).toEqual(['from-a-file', 's3cret'])
})

it.each([
  ['no service of that name', SHOP, 'mial', /has no service mial; did you mean "mail"\?/],
  ['several services and no name', SHOP, undefined, /has 4 services; there is mail, db, cache, web/],
  [
    'neither image nor build',
    'services: { mail: { user: "5" } }',
    'mail',
    /compose\.yaml:1:21: .*mail: it has no image/,
  ],
  ['no services', 'services: 5', undefined, /compose\.yaml:1:11: services: /],
  ['broken YAML', 'services: {', undefined, /compose\.yaml:1:\d+: found YAML that cannot be read/],
  [
    'a service that is not there',
    'services: { mail: { image: x, depends_on: [dbx] } }',
    'mail',
    /depends_on: dbx is no service/,
  ],
  [
    'a circle',
    'services: { mail: { image: x, depends_on: [b] }, b: { image: x, depends_on: [mail] } }',
    'mail',
    /mail leads back/,
  ],
  ['a port that is none', 'services: { mail: { image: x, ports: ["99999:x"] } }', 'mail', /"99999:x" names no port/],
  ['an image that is none', 'services: { mail: { image: "x y" } }', 'mail', /"x y" is not an image name/],
  [
    'extending what is not there',
    'services: { mail: { extends: bse }, base: { image: x } }',
    'mail',
    /compose\.yaml:1:21: services\.mail\.extends: bse is no service of .*; did you mean "base"/,
  ],
  ['a circle of extends', 'services: { mail: { extends: b }, b: { extends: mail } }', 'mail', /extends itself/],
  [
    'a secret that nobody declares',
    'services: { mail: { image: x, secrets: [db_pasword] } }\nsecrets: { db_password: { file: x } }',
    'mail',
    /compose\.yaml:1:31: secrets: there is no db_pasword; did you mean "db_password"/,
  ],
  [
    'a secret without its file',
    'services: { mail: { image: x, secrets: [key] } }\nsecrets: { key: { file: ./none.key } }',
    'mail',
    /compose\.yaml:2:12: secrets\.key: there is no file \.\/none\.key/,
  ],
  [
    'a condition that does not exist',
    'services: { mail: { image: x, depends_on: { b: { condition: healthy } } }, b: { image: x } }',
    'mail',
    /compose\.yaml:1:31: .*there is no condition healthy/,
  ],
  [
    'a dependency of a profile that is not active',
    'services: { mail: { image: x, depends_on: [b] }, b: { image: x, profiles: [debug] } }',
    'mail',
    /depends_on: b is of the profile debug, which is not active/,
  ],
  [
    'an interval that is none',
    'services: { mail: { image: x, healthcheck: { test: a, interval: soon } } }',
    'mail',
    /"soon" is no time/,
  ],
  ['an include elsewhere', 'include: ["https://example.com/compose.yaml"]', 'mail', /mailrig fetches nothing/],
  ['an include that is not there', 'include: [none.yaml]', 'mail', /none\.yaml: there is no such file/],
  ['a file that includes itself', 'include: [compose.yaml]', 'mail', /includes itself/],
  [
    'a tag of merging',
    'services:\n  mail:\n    image: x\n    ports: !reset []',
    'mail',
    /compose\.yaml:4:1: found the tag !reset/,
  ],
  [
    'an alias within its anchor',
    'services: { mail: &m { image: x, a: *m } }',
    'mail',
    /an alias within its own anchor/,
  ],
  [
    'a missing env_file',
    'services: { mail: { image: x, env_file: none.env } }',
    'mail',
    /no file none\.env, which env_file names/,
  ],
  [
    'a variable without a value',
    `services: { mail: { image: "\${IMAGE:?name it}" } }`,
    'mail',
    /compose\.yaml:1:28: the variable IMAGE has no value: name it/,
  ],
])('refuses %s, with its place', async (_, text, name, message) => {
  const reading = readCompose(compose(text), name, {})
  await expect(reading).rejects.toMatchObject({ code: 'COMPOSE_FILE', exitCode: 2 })
  await expect(reading).rejects.toThrow(message)
})

it.each([
  ['$A', 'a'],
  ['$$A', '$A'],
  ['$\x7bA:+other}', 'other'],
  ['$\x7bB:-usual}', 'usual'],
  ['$\x7bB-usual}', ''],
  ['$\x7bC-usual}', 'usual'],
  ['x$\x7bC}y', 'xy'],
  ['$\x7bC:-$\x7bB:-$\x7bA}x}}y', 'axy'],
  ['$\x7bA:+<$\x7bC:-none}>}', '<none>'],
  ['$(hostname) $1 $', '$(hostname) $1 $'],
  ['$\x7bA', '$\x7bA'],
])('fills %s as Compose does', (text, filled) => {
  expect(interpolate({ list: [text] }, { environment: { A: 'a', B: '' }, onMissing: () => undefined })).toEqual({
    list: [filled],
  })
})

it('reads the compose file of the documentation', async () => {
  const page = readFileSync(
    new URL('../../../../docs/how-to/check-an-image-or-compose-file.md', import.meta.url),
    'utf8',
  )
  const text = /```yaml file=compose\.yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? ''
  writeFileSync(join(folder, 'relay_password.txt'), 'word-of-the-relay')
  const { mail, others, left } = await readCompose(compose(text), 'mail', {})
  expect(mail).toMatchObject({ image: 'registry.example.com/mail:1.2', ports: [25, 587, 993] })
  expect(others).toMatchObject([{ image: 'postgres:17', awaited: 'healthy' }])
  expect(left).toEqual([])
})

it('merges keys, follows links within a mounted folder, and passes over pipes and optional files', async () => {
  mkdirSync(join(folder, 'le/live'), { recursive: true })
  mkdirSync(join(folder, 'le/archive'), { recursive: true })
  writeFileSync(join(folder, 'le/archive/cert1.pem'), 'a certificate')
  symlinkSync('../archive/cert1.pem', join(folder, 'le/live/cert.pem'))
  symlinkSync('/etc/passwd', join(folder, 'le/live/outside'))
  execFileSync('mkfifo', [join(folder, 'le/pipe')])
  const text = `
x-base: &base { image: "mail:1", environment: { LEVEL: info, SMTP_URL: "smtp://u:hush-hush@relay.example" } }
services:
  mail:
    <<: *base
    env_file: { path: none.env, required: false }
    volumes: ["./le:/le"]
`
  const group = await readCompose(
    compose(text.replace('env_file: {', 'env_file: [{').replace('false }', 'false }]')),
    'mail',
    {},
  )
  expect(group.mail).toMatchObject({ image: 'mail:1', environment: { LEVEL: 'info' } })
  expect(group.mail.files.map(({ path, content }) => [path, String(content)]).sort()).toEqual([
    ['/le/archive/cert1.pem', 'a certificate'],
    ['/le/live/cert.pem', 'a certificate'],
  ])
  expect(secretsOf(group)).toEqual(['hush-hush'])
})

it('shows no secret of a file that it cannot read', async () => {
  const reading = readCompose(
    compose('services: { mail: { image: x, environment: { A: [1], DB_PASSWORD: s3cret-word } } }'),
    'mail',
    {},
  )
  await expect(reading).rejects.toThrow(/^((?!s3cret-word)[\s\S])*$/)
})
