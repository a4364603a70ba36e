import { fork } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { HostGround } from '../src/play/host-ground.ts'
import { playSessionFile } from '../src/play/player.ts'
import { completeSessionFile } from '../src/session-file/load.ts'
import { type Figure, median, timed } from './figure.ts'

/**
 * A session file of so many commands played to a server that answers at once, against the barest loop over a socket
 * that sends the same commands and waits for as many replies. The server is a process of its own.
 */
export async function session(commands: number, rounds: number): Promise<Figure[]> {
  const server = fork(fileURLToPath(new URL('./session-server.ts', import.meta.url)))
  try {
    const [port] = (await once(server, 'message')) as [number]
    const endpoint = { host: '127.0.0.1', port }
    const lines = Array.from({ length: commands }, (_, index) => `C: NOOP ${index}\nS: 250`)
    const file = await completeSessionFile(['S: 220', ...lines, ''].join('\n'), 'bench.smtp')
    const bare: number[] = []
    const played: number[] = []
    for (let round = -3; round < rounds; round += 1) {
      const [, loop] = await timed(() => bareLoop(endpoint, commands))
      const [result, play] = await timed(() => playSessionFile(file, new HostGround(endpoint)))
      if (result.verdict !== 'pass' || result.steps.length !== commands + 1) {
        throw new Error(`the play ended after ${result.steps.length} steps: ${result.failure?.step.why}`)
      }
      // The first rounds warm up and are not counted.
      if (round < 0) continue
      bare.push(loop)
      played.push(play)
    }
    return [
      { name: `${commands} commands, bare socket`, value: median(bare), unit: 'ms' },
      { name: `${commands} commands, session file`, value: median(played), unit: 'ms' },
      { name: 'session file / bare socket', value: median(played) / median(bare), unit: 'x', limit: 3 },
    ]
  } finally {
    server.kill()
  }
}

/** One command a round trip; a reply is a line. */
async function bareLoop(endpoint: { host: string; port: number }, commands: number): Promise<void> {
  const socket = connect({ ...endpoint, noDelay: true })
  let sent = 0
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject)
    socket.on('data', (chunk: Buffer) => {
      if (chunk[chunk.length - 1] !== 0x0a) return
      if (sent === commands) return resolve()
      socket.write(`NOOP ${sent}\r\n`)
      sent += 1
    })
  })
  socket.destroy()
}
