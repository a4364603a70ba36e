import { z } from 'zod'
import { frontMatterSchema } from './front-matter-schema.ts'

/** The front matter as JSON Schema, for editors. What only mailrig can check (names that must exist) is not in it. */
export function frontMatterJsonSchema(): object {
  const schema = z.toJSONSchema(frontMatterSchema(), {
    io: 'input',
    override({ zodSchema, jsonSchema }) {
      // Names alone stand for a record of them, which a preprocessing step makes of a list.
      const { def } = zodSchema._zod
      if (def.type !== 'pipe' || !('in' in def)) return
      const { in: input } = def as { in: z.core.$ZodType }
      if (input._zod.def.type !== 'transform') return
      const record = { ...jsonSchema }
      for (const key of Object.keys(jsonSchema)) delete (jsonSchema as Record<string, unknown>)[key]
      jsonSchema.anyOf = [{ type: 'array', items: { type: 'string' } }, record]
    },
  })
  return { ...schema, title: 'Front matter of a mailrig session file' }
}
