/**
 * A promise that knows whether somebody has taken it, for what a test has to wait for. `await`, `return`, `then` and
 * `Promise.all` all take it, by way of `then`.
 */
export class Expectation<T> extends Promise<T> {
  /** What `then` gives is a plain promise. */
  static override get [Symbol.species]() {
    return Promise
  }

  taken = false

  // biome-ignore lint/suspicious/noThenProperty: to hear of it is what the class is for
  override then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.taken = true
    return super.then(onFulfilled, onRejected)
  }

  /** Follows a promise. Its failure is nobody's concern until somebody takes it. */
  static of<T>(promise: Promise<T>): Expectation<T> {
    const expectation = new Expectation<T>((resolve, reject) => void promise.then(resolve, reject))
    Promise.prototype.then.call(expectation, undefined, () => undefined)
    return expectation
  }
}
