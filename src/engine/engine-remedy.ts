/**
 * What helps where the engine refused to make or start a container, by what it said. In most cases that is all there is
 * to know.
 *
 * @param root whether it is root's engine: Podman reads another file then, containers.conf(5)
 */
export function engineRemedy(reason: string, root = process.getuid?.() === 0): string {
  if (/rlimit/i.test(reason)) {
    // Podman asks for more open files and processes than its own process may have: default_ulimits.
    const lines = '[containers]\\ndefault_ulimits = ["nofile=%s:%s", "nproc=%s:%s"]'
    const limits = '$(ulimit -n) $(ulimit -n) 2048 2048'
    return `The engine asks for higher limits than it may have itself. Podman: ${podmanSetting(lines, limits, root)}.`
  }
  if (/cgroups in hybrid mode/.test(reason)) {
    // crun(1) does not know version 1 with version 2 beside it, in /sys/fs/cgroup/unified.
    return (
      'crun, which runs the containers, does not know the control groups of this host; runc does. Install runc. ' +
      `Podman: ${podmanSetting('[engine]\\nruntime = "runc"', '', root)}.`
    )
  }
  if (/slirp4netns.*(?:no such file|not found|could not find)|could not find slirp4netns/i.test(reason)) {
    return 'Rootless Podman makes its network by slirp4netns: `sudo apt-get install slirp4netns`.'
  }
  if (reason.includes('/dev/net/tun')) {
    return 'Rootless engines make their network with that device: `sudo modprobe tun && sudo chmod 666 /dev/net/tun`.'
  }
  if (/no space left on device/i.test(reason)) {
    return "The engine's disk is full: `docker system prune` makes room, and `mailrig clean` removes what mailrig left."
  }
  return 'Correct what the engine names; `mailrig clean` removes containers and networks that were left.'
}

/** A command that writes lines of containers.conf; `words` are what printf(1) puts into them. */
function podmanSetting(lines: string, words: string, root: boolean): string {
  const folder = root ? '/etc/containers' : '~/.config/containers'
  const print = ['printf', `'${lines}\\n'`, words].filter(Boolean).join(' ')
  return `\`mkdir -p ${folder} && ${print} >> ${folder}/containers.conf\`, then start its service anew`
}
