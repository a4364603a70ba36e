import { nearest } from '../errors/did-you-mean.ts'
import { InputError } from '../errors/mailrig-error.ts'
import { atTheCaller } from './at-the-caller.ts'

/**
 * Has fixtures say why they are not there, in a test that is not the one of `rig()` or does not name them: without this it
 * would fail with "Cannot read properties of undefined".
 *
 * @param context what vitest hands to the test
 */
export function guardFixtures(context: object, names: readonly string[]): void {
  guardMisspelt(context, names)
  for (const name of names) {
    if (name in context) continue
    Object.defineProperty(context, name, {
      configurable: true,
      enumerable: false,
      get() {
        const error = new InputError(
          `${name} is there only in a test of rig(), which names it: "const it = rig({ … })", then "it('…', async ({ ${name} }) => …)"`,
          {
            code: 'NO_FIXTURE',
            remedy: 'Take "it" from rig(), not from vitest, and name what the test uses in braces.',
          },
        )
        throw atTheCaller(error)
      },
      // vitest puts the fixture here when the test has it.
      set(value: unknown) {
        Object.defineProperty(context, name, { configurable: true, enumerable: true, writable: true, value })
      },
    })
  }
}

/** A name that nothing has, and that is near one of a fixture. Others are undefined, as vitest means them to be. */
function guardMisspelt(context: object, names: readonly string[]): void {
  const behind = Object.getPrototypeOf(context) as object
  const guard = new Proxy(behind, {
    get(target, key, receiver) {
      const meant = typeof key === 'string' && !(key in target) ? nearest(key, names) : undefined
      if (meant === undefined) return Reflect.get(target, key, receiver) as unknown
      const error = new InputError(
        `there is no fixture ${JSON.stringify(key)}; did you mean ${JSON.stringify(meant)}?`,
        {
          code: 'NO_FIXTURE',
          remedy: `Take one of ${names.join(', ')}.`,
        },
      )
      throw atTheCaller(error)
    },
  })
  Object.setPrototypeOf(context, guard)
}
