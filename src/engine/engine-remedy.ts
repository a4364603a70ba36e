/**
 * What helps where the engine refused to make or start a container, by what it said. In most cases that is all there is
 * to know.
 */
export function engineRemedy(reason: string): string {
  if (/rlimit/i.test(reason)) {
    // Podman asks for more open files and processes than its own process may have: containers.conf(5), default_ulimits.
    return (
      'The engine asks for higher limits than it may have itself. Podman: `mkdir -p ~/.config/containers && printf ' +
      `'[containers]\\ndefault_ulimits = ["nofile=%s:%s", "nproc=%s:%s"]\\n' $(ulimit -n) $(ulimit -n) 2048 2048 ` +
      '>> ~/.config/containers/containers.conf`, then start its service anew.'
    )
  }
  if (reason.includes('/dev/net/tun')) {
    return 'Rootless engines make their network with that device: `sudo modprobe tun && sudo chmod 666 /dev/net/tun`.'
  }
  if (/no space left on device/i.test(reason)) {
    return "The engine's disk is full: `docker system prune` makes room, and `mailrig clean` removes what mailrig left."
  }
  return 'Correct what the engine names; `mailrig clean` removes containers and networks that were left.'
}
