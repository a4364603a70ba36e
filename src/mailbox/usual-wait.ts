/** For a message, a folder, a greeting: ms of an idle machine. */
export const USUAL_WAIT_MS = 10_000
