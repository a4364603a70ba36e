import { rm } from 'node:fs/promises'
import { createConnection, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { lineSplitter } from '../engine/log-follower.ts'
import { stateDirectory } from '../engine/state-directory.ts'
import { MailrigError, WaitError } from '../errors/mailrig-error.ts'
import { afterPatience } from '../metrics/patience.ts'
import { mapTexts } from '../report/mask.ts'
import type { Journey } from '../rig/journey.ts'
import type { Rig } from '../rig/rig.ts'
import type { LogEvent } from '../servers/log-event.ts'
import { isProblem } from '../servers/log-event.ts'
import type { QueueEntry } from '../servers/queue.ts'

/** What `logs`, `queue` and `trace` ask the process that holds a rig. */
export type RigRequest =
  | { ask: 'logs'; follow: boolean; problems: boolean }
  | { ask: 'queue' }
  | { ask: 'trace'; messageId: string }

/** A line of the answer to `logs`. */
export type LoggedLine = LogEvent & { at: number; text: string; server: string }

const ANSWER_MS = 30_000

function socketOf(name: string): string {
  return join(stateDirectory(), 'rigs', `${name}.sock`)
}

/** Answers requests about the rig until the function that it gives is called: one JSON line each way, several for `logs`. */
export async function answerRequests(name: string, rig: Rig): Promise<() => void> {
  const path = socketOf(name)
  // A holder that was killed leaves its socket.
  await rm(path, { force: true })
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    socket.on('error', () => socket.destroy())
    const lines = lineSplitter((line) => void answer(rig, line, socket))
    socket.on('data', (chunk) => lines.write(chunk))
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve))
  return () => {
    server.close()
    for (const socket of open) socket.destroy()
  }
}

async function answer(rig: Rig, line: string, socket: Socket): Promise<void> {
  const { mask = (text: string) => text } = rig
  const say = (value: unknown) => socket.write(`${JSON.stringify(mapTexts(value, mask))}\n`)
  try {
    const request = JSON.parse(line) as RigRequest
    if (request.ask === 'queue') say(await rig.mta.queue())
    else if (request.ask === 'trace') say(rig.journey({ messageId: request.messageId }))
    else if (tell(rig, request, say, socket)) return
  } catch (error) {
    say({ error: error instanceof Error ? error.message : String(error) })
  }
  socket.end()
}

/** All lines of MTA and store, in the order of time. True when more are to follow. */
function tell(
  rig: Rig,
  { follow, problems }: { follow: boolean; problems: boolean },
  say: (value: LoggedLine) => void,
  socket: Socket,
): boolean {
  const wanted = (line: LoggedLine) => !problems || isProblem(line)
  const past = [...rig.log()].filter(wanted)
  for (const line of past) say(line)
  if (!follow) return false
  const off = rig.onLog((line) => {
    if (wanted(line)) say(line)
  })
  socket.once('close', off)
  return true
}

/**
 * Asks the process that holds a rig, and gives each line of its answer to `onLine`.
 *
 * @throws {MailrigError} when it does not answer, or says that it could not.
 */
export function askRig(name: string, request: RigRequest, onLine: (value: unknown) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(socketOf(name))
    const follows = request.ask === 'logs' && request.follow
    const end = follows
      ? () => undefined
      : afterPatience(ANSWER_MS, (waited) => {
          socket.destroy()
          reject(
            new WaitError(`waited ${Math.round(waited / 1000)} s for the rig ${JSON.stringify(name)} to answer`, {
              remedy: `End it with \`mailrig down ${name}\` and start it anew.`,
            }),
          )
        })
    const lines = lineSplitter((line) => {
      const value = JSON.parse(line) as unknown
      if (isError(value)) reject(new MailrigError(value.error, { code: 'RIG_ERROR' }))
      else onLine(value)
    })
    socket.on('data', (chunk) => lines.write(chunk))
    socket.on('error', (cause) =>
      reject(
        new MailrigError(`the process that holds the rig ${JSON.stringify(name)} does not answer`, {
          code: 'RIG_SILENT',
          remedy: `It was started by another version, or was killed: \`mailrig down ${name}\`, then \`mailrig up\`.`,
          cause,
        }),
      ),
    )
    socket.on('close', () => {
      end()
      resolve()
    })
    socket.write(`${JSON.stringify(request)}\n`)
  })
}

function isError(value: unknown): value is { error: string } {
  return typeof value === 'object' && value !== null && 'error' in value && typeof value.error === 'string'
}

/** The answer to `queue`. */
export async function queueOf(name: string): Promise<QueueEntry[]> {
  let entries: QueueEntry[] = []
  await askRig(name, { ask: 'queue' }, (value) => {
    entries = value as QueueEntry[]
  })
  return entries
}

/** The answer to `trace`. */
export async function journeyIn(name: string, messageId: string): Promise<Journey> {
  let journey: Journey = { queueIds: [], fates: [], steps: [] }
  await askRig(name, { ask: 'trace', messageId }, (value) => {
    journey = value as Journey
  })
  return journey
}
