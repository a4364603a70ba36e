import type Dockerode from 'dockerode'
import { patience } from '../metrics/patience.ts'

const ANSWER_MS = 8_000

/**
 * A question asked at most once: does the engine get an answer from its image registry? It asks for a description of a
 * small image, through the engine, so that its mirrors, proxies and credentials count. MAILRIG_REGISTRY=none says no.
 */
export function registryProbe(docker: Dockerode): () => Promise<boolean> {
  let answer: Promise<boolean> | undefined
  return () => {
    answer ??= process.env.MAILRIG_REGISTRY === 'none' ? Promise.resolve(false) : ask(docker)
    return answer
  }
}

async function ask(docker: Dockerode): Promise<boolean> {
  try {
    await docker
      .getImage('debian:bookworm-slim')
      .distribution({ abortSignal: AbortSignal.timeout(patience(ANSWER_MS)) })
    return true
  } catch {
    return false
  }
}
