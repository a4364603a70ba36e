import type { z } from 'zod'

interface Def {
  type: string
  shape?: Record<string, z.ZodType>
  keyType?: z.ZodType
  valueType?: z.ZodType
  element?: z.ZodType
  options?: z.ZodType[]
  innerType?: z.ZodType
  in?: z.ZodType
  out?: z.ZodType
}

function defOf(schema: z.ZodType): Def {
  return schema._zod.def as unknown as Def
}

/** What a schema is beneath its defaults and transformations: several where it is a union. */
function bare(schema: z.ZodType | undefined): z.ZodType[] {
  if (!schema) return []
  const { type, innerType, options, in: before, out } = defOf(schema)
  if (innerType) return bare(innerType)
  if (type === 'union') return (options ?? []).flatMap(bare)
  // A preprocessing step stands before its schema, a transformation behind it.
  if (type === 'pipe') return bare(before && defOf(before).type !== 'transform' ? before : out)
  return [schema]
}

/** The schemas that the value at a path may fit. */
export function schemasAt(schema: z.ZodType, path: readonly PropertyKey[]): z.ZodType[] {
  let here = bare(schema)
  for (const key of path) {
    here = here.flatMap((one) => {
      const { shape, valueType, element } = defOf(one)
      return bare(shape?.[String(key)] ?? valueType ?? element)
    })
  }
  return here
}

/** The keys that an object at a path may have; empty where they are for the author to choose. */
export function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  return [...new Set(schemasAt(schema, path).flatMap((one) => Object.keys(defOf(one).shape ?? {})))]
}

/** What the keys of the record at a path have to be, and the items of the list there. */
export function namesAt(schema: z.ZodType, path: readonly PropertyKey[]): z.ZodType[] {
  return schemasAt(schema, path).flatMap((one) => {
    const { keyType, element } = defOf(one)
    return bare(keyType ?? element)
  })
}
