import { fileURLToPath } from 'node:url'

const OWN = fileURLToPath(new URL('.', import.meta.url))

/** Has the stack of an error begin where mailrig was called from: that is the line vitest shows. */
export function atTheCaller<E extends Error>(error: E, stack: string | undefined = error.stack): E {
  const frames = stack?.split('\n').filter((line) => /^ {4}at /.test(line)) ?? []
  const theirs = frames.filter((frame) => !frame.includes(OWN) || frame.includes('.test.'))
  if (theirs.length > 0) error.stack = [`${error.name}: ${error.message}`, ...theirs].join('\n')
  return error
}

/** Calls it; what it throws has the place where mailrig was called from. */
export function thrownAtTheCaller<T>(call: () => T): T {
  try {
    return call()
  } catch (error) {
    throw error instanceof Error ? atTheCaller(error, new Error('called').stack) : error
  }
}
