/** Ends the server whose process a file names, and waits until it has ended; 20 s are far more than it needs. */
export function stopByPid(pidFile: string): string[] {
  return [
    'sh',
    '-c',
    `pid=$(cat ${pidFile}) && kill "$pid" && exec timeout 20 sh -c "while kill -0 $pid 2> /dev/null; do sleep 0.02; done"`,
  ]
}

/** Tells the entrypoint, which waits for a line in a pipe, to start its server, and waits until a question is answered. */
export function startByPipe(pipe: string, question: string): string[] {
  return [
    'sh',
    '-c',
    `echo > ${pipe} && exec timeout 20 sh -c "until ${question} > /dev/null 2>&1; do sleep 0.02; done"`,
  ]
}
