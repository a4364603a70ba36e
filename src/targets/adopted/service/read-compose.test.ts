import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { interpolate } from './interpolate.ts'
import { readCompose } from './read-compose.ts'
import { secretsOf } from './service.ts'

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
    cap_add: [NET_ADMIN]
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
    volumes: ['/var/mail', '/etc/opendkim'],
    ports: [25, 587, 993],
  })
  expect(group.mail.files.map(({ path, content }) => [path, String(content)])).toEqual([
    ['/etc/postfix/main.cf', 'myhostname = mail.shop.example\n'],
  ])
  expect(group.left.map(({ path }) => path)).toEqual([
    'mail.cap_add',
    'mail.volumes ./not-there',
    'mail.volumes /var/run/docker.sock',
    'mail.depends_on db',
  ])
  expect(secretsOf(group)).toEqual(['from-a-file', 's3cret'])
})

it.each([
  ['no service of that name', SHOP, 'mial', /has no service mial; did you mean "mail"\?/],
  ['several services and no name', SHOP, undefined, /has 4 services; there is mail, db, cache, web/],
  ['a build without an image', 'services: { mail: { build: . } }', 'mail', /mail has no image, but a build/],
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
    'extends',
    'services: { mail: { extends: b }, b: { image: x } }',
    'mail',
    /extends another one, which mailrig does not do/,
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
  ['a variable without a value', `services: { mail: { image: "\${IMAGE:?name it}" } }`, 'mail', /no value: IMAGE/],
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
])('fills %s as Compose does', (text, filled) => {
  expect(interpolate({ list: [text] }, { A: 'a', B: '' }, () => undefined)).toEqual({ list: [filled] })
})

it('reads the compose file of the documentation', async () => {
  const page = readFileSync(
    new URL('../../../../docs/how-to/check-an-image-or-compose-file.md', import.meta.url),
    'utf8',
  )
  const text = /```yaml file=compose\.yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? ''
  const { mail, others, left } = await readCompose(compose(text), 'mail', {})
  expect(mail).toMatchObject({ image: 'registry.example.com/mail:1.2', ports: [25, 587, 993] })
  expect(others.map(({ image }) => image)).toEqual(['postgres:17'])
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
