/** Each wait has an end of its own, by how slow the machine is then. This ends what none of them does, ms. */
export const LONG = 15 * 60_000
