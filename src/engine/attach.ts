import type { Socket } from 'node:net'
import type Dockerode from 'dockerode'

/**
 * Attaches to a container's standard streams. dockerode's own `attach` sends its options as a body too, which Podman
 * hands to the container as its first input; so this sends an empty one, and the options in the query alone.
 */
export function attach(docker: Dockerode, id: string): Promise<NodeJS.ReadWriteStream> {
  return attachTo(docker, id, true)
}

/** The same without standard input: for a container that has none of its own. */
export function attachOutput(docker: Dockerode, id: string): Promise<NodeJS.ReadWriteStream> {
  return attachTo(docker, id, false)
}

function attachTo(docker: Dockerode, id: string, stdin: boolean): Promise<NodeJS.ReadWriteStream> {
  const abort = new AbortController()
  return new Promise((resolve, reject) => {
    docker.modem.dial(
      {
        path: `/containers/${id}/attach?`,
        method: 'POST',
        options: { stream: true, stdin, stdout: true, stderr: true },
        file: Buffer.alloc(0),
        isStream: true,
        hijack: true,
        abortSignal: abort.signal,
        openStdin: stdin,
        statusCodes: { 200: true, 404: 'no such container', 500: 'server error' },
      },
      (error, stream) => {
        // What the connection was upgraded to.
        if (!error) return resolve(stream as Socket)
        // A request that was refused goes on waiting for its input, and the process with it.
        abort.abort()
        reject(error)
      },
    )
  })
}
