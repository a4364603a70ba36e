import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createAuthority } from '../tls/authority.ts'
import { startUpstreamListener, type UpstreamListener } from './listener.ts'
import { Upstream } from './upstream.ts'

const authority = await createAuthority()
const certificate = await authority.issue({ names: ['up.rig.test'] })

/** As docker/forward writes it: signature, command and family, length, 198.18.7.<host>, 198.19.7.2, ports. */
const headerOf = (host: number) =>
  Buffer.from(`0d0a0d0a000d0a515549540a2111000cc61207${host.toString(16).padStart(2, '0')}c61307020d050019`, 'hex')

let listener: UpstreamListener
let upstream: Upstream
let socket: Socket
beforeEach(async () => {
  listener = await startUpstreamListener({ address: '127.0.0.1', port: 0, forwarded: true })
  upstream = new Upstream({ name: 'upstream', host: 'up.rig.test', certificate })
  listener.register(['198.18.7.10'], upstream)
  socket = connect(listener.port, '127.0.0.1')
})
afterEach(async () => {
  socket.destroy()
  upstream.close()
  await listener.close()
})

it('knows who comes by the header, and serves it as any other', async () => {
  // With the first command already, as a client does that does not wait for the greeting.
  socket.write(Buffer.concat([headerOf(10), Buffer.from('EHLO mx.example.com\r\nQUIT\r\n')]))
  let told = ''
  for await (const chunk of socket) told += chunk
  expect(told).toMatch(/^220 up\.rig\.test.*\r\n250 .*\r\n221 /s)
  expect(upstream.attempts.map(({ clientAddress, helo }) => ({ clientAddress, helo }))).toEqual([
    { clientAddress: '198.18.7.10', helo: 'mx.example.com' },
  ])
})

it('resets whom no rig has, and remembers the address in the header', async () => {
  socket.write(headerOf(11))
  socket.resume()
  const [error] = await once(socket, 'close').catch((failure: unknown) => [failure])
  expect(error).toMatchObject({ code: 'ECONNRESET' })
  expect(listener.strangers.map(({ address }) => address)).toEqual(['198.18.7.11'])
})

it('serves nobody who comes without a header', async () => {
  socket.write('EHLO mx.example.com\r\nMAIL FROM:<jim@example.com>\r\n')
  let told = ''
  for await (const chunk of socket) told += chunk
  expect(told).toBe('')
  expect(upstream.attempts).toEqual([])
})

it('breaks a connection whose header has not come when it ends', async () => {
  await once(socket, 'connect')
  socket.resume()
  const closed = once(socket, 'close').catch((failure: unknown) => [failure])
  await listener.close()
  await closed
  expect(socket.destroyed).toBe(true)
})
