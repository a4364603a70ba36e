import { z } from 'zod'

/** What a setting of `native` takes, and where it goes. */
export interface NativeKey {
  /** E.g. `whole lines`. */
  takes: string
  /** E.g. `the end of main.cf`. */
  goes: string
  /** As an author writes it, in YAML and TypeScript alike: for errors. */
  example: string
}

/** The settings of one server in its own words: what stands under its name in `native`. */
export interface NativeWords {
  /** An object; holds what an author writes against what there is. */
  schema: z.ZodType
  keys: Readonly<Record<string, NativeKey>>
}

/**
 * The checked settings in each server's own words. Empty here, because a topology knows no server: the folder of each
 * server adds its own key (TypeScript handbook, "Declaration Merging").
 */
// biome-ignore lint/suspicious/noEmptyInterface: servers add their keys
export interface NativeSettings {}

/** The same as an author writes them. */
// biome-ignore lint/suspicious/noEmptyInterface: servers add their keys
export interface NativeInput {}

const known = new Map<string, NativeWords>()

/** Makes the words of a server known, and gives them back. */
export function declareNative(server: string, words: NativeWords): NativeWords {
  known.set(server, words)
  return words
}

/** Every server with words of its own, in the order of the alphabet: which one is loaded first says nothing. */
export function nativeWords(): ReadonlyMap<string, NativeWords> {
  return new Map([...known].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** The schema of `native`, for the servers that are known now. */
export function nativeSchema(): z.ZodType<NativeSettings, NativeInput> {
  const servers = [...nativeWords()].map(([server, { schema }]) => [server, schema.optional()])
  return z.strictObject(Object.fromEntries(servers)) as unknown as z.ZodType<NativeSettings, NativeInput>
}

/** Path → how it is written, for errors. */
export function nativeExamples(): Record<string, string> {
  const servers = [...nativeWords()].map(([server, { keys }]): [string, string, [string, string][]] => {
    const examples = Object.entries(keys).map(([key, { example }]): [string, string] => [key, example])
    const [[key, example] = ['', '']] = examples
    return [server, key === '' ? '{}' : `{ ${nameOf(key)}: ${example} }`, examples]
  })
  const [[first, whole] = ['', '']] = servers
  return {
    native: first === '' ? '{}' : `{ ${first}: ${whole} }`,
    ...Object.fromEntries(
      servers.flatMap(([server, own, examples]) => [
        [`native.${server}`, own],
        ...examples.map(([key, example]) => [`native.${server}.${key}`, example]),
      ]),
    ),
  }
}

function nameOf(key: string): string {
  return /^\w+$/.test(key) ? key : JSON.stringify(key)
}
