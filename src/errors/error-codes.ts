/** Why an error comes, and what to do: an entry of docs/errors.md. */
export interface ErrorEntry {
  /** One or two sentences: what has happened. */
  cause: string
  /** One or two imperative sentences. */
  remedy: string
}

/**
 * Every code a {@link MailrigError} can have. `npm run docs` writes docs/errors.md from it; class, exit code and
 * message come from where the error is thrown.
 */
export const ERROR_CODES = {
  // What a user writes.
  TOPOLOGY_INVALID: {
    cause: 'The topology has a wrong key or value. Each wrong place is listed with its path and what is allowed there.',
    remedy: 'Correct the places in the message. docs/topology.md lists every key.',
  },
  TOPOLOGY_FILE: {
    cause:
      'The topology file cannot be read, or is neither YAML nor JSON nor a module with a topology as its default export.',
    remedy: 'Give a .yaml or .json file, or a .js or .ts file with `export default { … }`.',
  },
  SESSION_FILE: {
    cause:
      'A session file has a mistake. The message gives line and column, what stands there and what may stand there.',
    remedy: 'Correct the line. docs/session-files.md has the language.',
  },
  CHECK_INVALID: {
    cause: 'A file in a folder of checks exports something that is no check, or its id is that of another check.',
    remedy: 'Export a check, or a list of them, as the default. docs/checks.md shows one.',
  },
  SESSION_FILE_UNREADABLE: {
    cause: 'There is no such session file, or it cannot be read.',
    remedy: 'Check the path. The name ends in .smtp.',
  },
  PLAY_FAILED: {
    cause: 'A session file was played, and the server did not do what the file expects.',
    remedy:
      'Compare `expected` and `received`. If the server is right, correct the file; if only one server differs, write `S[server]:`.',
  },
  NOT_A_RIG: {
    cause: 'A session file was played with `--against`, and it needs something that only a rig has, such as a mailbox.',
    remedy: 'Play it without `--against`, or take out what cannot be seen from outside.',
  },
  ACTION_INVALID: {
    cause: 'An upstream, a milter or a policy service was told something that makes no sense at that stage.',
    remedy: "Write an action such as `{ reply: '450 4.2.1 try later' }`, `{ delay: 200 }` or `{ drop: true }`.",
  },
  ZONE_INVALID: {
    cause: 'An address of a domain under `internet` is neither an IPv4 address nor the name of an upstream.',
    remedy: 'Write an address such as `192.0.2.1`, or declare the upstream.',
  },
  NETWORK_INVALID: {
    cause: 'A trusted network is not an IPv4 network.',
    remedy: 'Write it as `192.0.2.0/24`: four numbers, a slash, and a length from 0 to 32.',
  },

  DISK_UNSUPPORTED: {
    cause:
      'A rig with faults wants a disk whose power can be cut, and this engine cannot make one: it is rootless, or its kernel has no loop devices.',
    remedy: 'Use an engine that runs as root on Linux. docs/how-to/power-cut.md says what is needed.',
  },
  CABLE_FAILED: {
    cause: 'The network interface of a machine could not be taken down, made slow, or put back as it was.',
    remedy: 'Use an engine that gives containers the capability NET_ADMIN in their own network.',
  },
  LINE_UNSUPPORTED: {
    cause: 'A line was to be slow, and the kernel of the engine lacks the queueing discipline for that.',
    remedy:
      'Load the module on the machine of the engine: `modprobe sch_tbf` for a rate, `modprobe sch_netem` for a latency.',
  },
  LIMIT_UNSUPPORTED: {
    cause: 'The memory of a machine was to be limited, and this engine limits none.',
    remedy: 'Use an engine whose kernel has the memory controller of cgroups(7).',
  },
  LIMIT_FAILED: {
    cause:
      'The engine did not change how much memory a machine may use. Some refuse less than is in use; others have the kernel kill processes until it fits.',
    remedy: 'Read the reason in the message, and give more memory.',
  },
  DISK_FAILED: {
    cause: 'A disk of a rig with faults did not do what it was told, as when something else still has it mounted.',
    remedy: 'Read the reason in the message. `mailrig clean` removes what is left.',
  },
  FAULT_OPTIONS: {
    cause: 'An option of a fault, or of the disk of a rig, has a wrong name or value; or the rig has no disk.',
    remedy: 'Correct the option in the message. docs/how-to/power-cut.md lists them.',
  },
  FAULT_NOT_REACHED: {
    cause: 'A fault waited for its moment, and the moment never came.',
    remedy: 'Name a moment that comes: fewer accepted messages, a daemon that runs, a command that the server takes.',
  },

  LOAD_OPTIONS: {
    cause: 'An option of a load, of `mailrig load` or of `load({ … })` in a test, has a wrong name or value.',
    remedy: 'Correct what the message names. Nothing was sent.',
  },
  LOAD_ADDRESS: {
    cause: 'A load was to go to an address that is not a server of the rig. mailrig sends load to its own rigs alone.',
    remedy: 'Put a copy of the server into a rig; docs/check-your-own-server.md shows how.',
  },
  LOAD_NOT_OFFERED: {
    cause: 'A load was to use BDAT, pipelining, STARTTLS or AUTH, and the server does not offer it.',
    remedy: 'Leave the option out, or name a server that offers it: docs/servers.md lists what each can do.',
  },
  LOAD_NOBODY_IN: {
    cause: 'The server took no connection of a load, or ended each before a message was begun.',
    remedy: 'Look at its log: the message has what it said last. Fewer connections may be all it takes.',
  },

  // Scenarios in TypeScript.
  NO_FIXTURE: {
    cause: 'A test asked for a fixture such as `smtp` or `mailbox`, but it was declared by the `it` of vitest.',
    remedy: 'Declare it by the `it` that `rig()` gives: `const it = rig({ … })`.',
  },
  RIG_OPTIONS: {
    cause: 'The second argument of `rig()` has a wrong value, such as a feature that does not exist.',
    remedy: 'Choose one of those in the message.',
  },
  MATCHER_MISUSED: {
    cause: 'A matcher was given a subject or an argument that it does not take, or was used with `.not`.',
    remedy: 'Use it as docs/scenarios.md lists the matchers and what they take.',
  },
  NOT_AWAITED: {
    cause: 'A test ended while a matcher or a command of it was still waiting.',
    remedy: 'Write `await` in front of it.',
  },
  VITEST_VERSION: {
    cause:
      'The vitest of the project has another major version than mailrig needs, or the project has two copies of it.',
    remedy: 'Install the version in the message as a dev dependency of the project.',
  },
  VITEST_MISSING: {
    cause: 'The project has no vitest, which runs the scenarios.',
    remedy: 'Install it as a dev dependency of the project.',
  },
  NODE_VERSION: {
    cause: 'The version of Node.js is older than mailrig needs.',
    remedy: 'Run a newer one; the message names the version.',
  },

  SIZE_INVALID: {
    cause: 'A size is neither a number of octets nor a number with K, M or G.',
    remedy: 'Write it as `51200`, `50K`, `10M` or `1G`.',
  },

  // The command line.
  NO_PACKAGE: {
    cause: 'The folder of `mailrig init` has no package.json, or one that cannot be read.',
    remedy: 'Make one with `npm init -y`, or correct it, then run the command again.',
  },
  INIT_WRITE: {
    cause: '`mailrig init` cannot write a file, because of its rights or because a folder has its name.',
    remedy: 'Make the folder writable, or move away what has the name of the file. Then run the command again.',
  },
  UNKNOWN_CI: {
    cause: '`mailrig init` writes no workflow for a CI service of that name.',
    remedy: 'Choose one of those in the message, or `none` and write your own: docs/ci.md.',
  },
  SCENARIOS_APART: {
    cause: 'The paths given to `mailrig run` belong to different projects.',
    remedy: 'Run them one after the other, or from a folder that holds both.',
  },
  NO_SUCH_PATH: { cause: 'A file or folder given to `mailrig run` does not exist.', remedy: 'Check the path.' },
  NO_SCENARIOS: {
    cause: 'There is no test where `mailrig run` looked.',
    remedy: 'The name of a test ends in `.scenario.ts` or `.smtp`, and it is in the folder you are in, or below.',
  },
  UNKNOWN_MTA: { cause: 'There is no mail server of that name.', remedy: 'Choose one of those in the message.' },
  ONE_SERVER: {
    cause: '`mailrig up` was given several servers, and not `--all`.',
    remedy: 'Name one, or give `--all`.',
  },
  NOT_CONFIGURED: {
    cause: 'The vitest configuration has no project for a server that `mailrig run` was asked for.',
    remedy: 'Add it to `mtas`, `releases` or `stores` of `mailrigProjects`, or leave it out.',
  },
  VITEST_CONFIG: {
    cause: 'The vitest configuration of the project cannot be loaded: it imports what is not there, for example.',
    remedy: 'Correct it; `npx vitest list` shows whether vitest can load it.',
  },
  UNKNOWN_STORE: { cause: 'There is no mail store of that name.', remedy: 'Choose one of those in the message.' },
  UNKNOWN_RELEASE: { cause: 'There is no Debian release of that name.', remedy: 'Choose one of those in the message.' },
  SERVER_NOT_IN_RELEASE: {
    cause: 'mailrig does not know what version of the server this Debian release has.',
    remedy: 'Choose one of the releases in the message.',
  },
  UNKNOWN_MATRIX: {
    cause: 'There is no matrix of that name.',
    remedy: 'Choose `default`, which `npm test` runs, or `wide`, which `npm run test:wide` runs.',
  },
  RIG_NAME: {
    cause: 'A rig cannot have that name.',
    remedy: 'Use letters, digits, dots, hyphens and underscores, at most 64 characters.',
  },
  RIG_EXISTS: {
    cause: '`mailrig up` was given a name that a running rig has.',
    remedy: 'End that rig with `mailrig down NAME`, or choose another `--name`.',
  },
  NO_SUCH_RIG: {
    cause: 'No rig of that name is up.',
    remedy: '`mailrig doctor` lists the rigs that are up; `mailrig up` starts one.',
  },
  RIG_GONE: {
    cause: 'The process that held the rig has ended, for example because the machine was restarted.',
    remedy: 'Run `mailrig down NAME`, then start the rig again.',
  },
  RIG_SILENT: {
    cause: 'The process that holds the rig does not answer. It may be of another version of mailrig.',
    remedy: 'Run `mailrig down NAME`, then start the rig again.',
  },
  RIG_ERROR: {
    cause: 'The rig could not do what `logs`, `queue` or `trace` asked for. The message is the reason it gave.',
    remedy: 'Correct what the message names.',
  },
  UNKNOWN_MESSAGE: {
    cause: 'No server of the rig has seen a message with that Message-ID.',
    remedy: 'Give the Message-ID as it stands in the header. A message that was refused before its end leaves none.',
  },
  HOST_AND_PORT: {
    cause: 'An option needs a host and a port, and got something else.',
    remedy: 'Write it as `localhost:25` or `[::1]:25`.',
  },
  OPTIONS_CONFLICT: { cause: 'Two options were given that exclude each other.', remedy: 'Give one of them.' },
  RECORD_WHAT: {
    cause: '`mailrig record` was told more than one server to record.',
    remedy: 'Give a topology, or `--rig`, or `--to`.',
  },
  RECORD_OUTPUT: {
    cause: 'The file given to `mailrig record -o` cannot be written.',
    remedy: 'Give a file in a folder that exists and that you may write to.',
  },
  LISTEN: {
    cause: '`mailrig record` cannot listen on the address given by `--listen`, mostly because the port is taken.',
    remedy: 'Give another address. Port 0 takes any free port.',
  },
  UNEXPECTED: {
    cause: 'The process that holds a rig met something that mailrig did not expect. This is a fault of mailrig.',
    remedy: 'Please report it with the whole message.',
  },

  // Reports.
  NO_RUN: {
    cause: 'The record of a run cannot be read.',
    remedy: 'Run the tests first, or give the path of a `run.json`.',
  },
  BAD_RUN: { cause: 'The file is not a record of a run.', remedy: 'Give a `run.json` that mailrig has written.' },
  RUN_INCOMPLETE: {
    cause: 'The documents are made from a run of all servers in which all tests passed, and this one was not.',
    remedy: 'Run `npm test`, or give the records of all jobs together.',
  },
  SHARD_OPTION: {
    cause:
      '`--shard` does not say which part of how many this is, or there are fewer scenario files than parts; or `--shards` is no number of jobs.',
    remedy: 'Write `--shard 2/4`, or `--shard auto` where the environment says it: docs/how-to/many-machines.md.',
  },
  DURATIONS_FILE: {
    cause: 'The file by which a run is to be split cannot be read, or has no durations of scenario files.',
    remedy: 'Give a `durations.json` that mailrig has written, or leave it out.',
  },
  SHARD_MISSING: {
    cause: 'There is no document of one of the shards of a run. Its files are in the report, as not run.',
    remedy: 'Give the documents of all shards. Run those again of which there is none.',
  },
  SHARD_DOUBLED: {
    cause: 'Two of the documents are the same shard of the same run.',
    remedy: 'Give each shard once: of one that ran twice the document that counts.',
  },
  SHARD_FOREIGN: {
    cause: 'The documents are of two runs that overlap, or of shards that were not split alike.',
    remedy: 'Give the shards of one run, which all had the same paths, options and durations.',
  },
  SHARD_OF_ANOTHER_COMMIT: {
    cause: 'The shards ran on two commits.',
    remedy: 'Give the shards of one run. Where git is not there, set MAILRIG_COMMIT for all of them.',
  },
  SHARD_OF_ANOTHER_COUNT: {
    cause: 'The documents are of shards of one run that was split into different numbers of parts.',
    remedy: 'Give shards that all have the same number behind the slash.',
  },
  UNKNOWN_OBJECTIVE: {
    cause: 'A test says that it covers an id, and docs/coverage.md has no such id.',
    remedy: 'Correct `covers`, or add the id to src/report/objectives.ts.',
  },

  IMAGE_REGISTRY: {
    cause: 'The registry for `mailrig build --pull` or `--push` has a wrong address, does not answer, or refuses.',
    remedy:
      'Give an address such as registry.example:5000/mail. If the registry wants a login, set MAILRIG_REGISTRY_USER and MAILRIG_REGISTRY_PASSWORD.',
  },
  IMAGE_ARCHIVE: {
    cause: 'The file that `mailrig build` was to load images from, or to save them to, cannot be read or written.',
    remedy: 'Give a file that `mailrig build --save` has written, or a place that you may write to.',
  },

  // The container engine.
  REACH_IMPOSSIBLE: {
    cause:
      'The host does not reach the containers of this engine by their addresses, and `MAILRIG_REACH` asks for that.',
    remedy: 'Leave `MAILRIG_REACH` unset, or use Docker.',
  },
  NOT_UNDONE: {
    cause: 'Several parts of a rig could not be ended or removed. The message names each.',
    remedy: '`mailrig clean` removes containers and networks that were left.',
  },
  IMAGE_MISSING: {
    cause: 'No image of mailrig is there yet, and the container that forwards ports needs one.',
    remedy: 'Build the images first: `mailrig build`.',
  },
  NOT_FORWARDED: {
    cause: 'The container that forwards ports to this process did not start, or ended.',
    remedy: 'Correct what the engine names. `mailrig clean` removes what was left.',
  },
  HOST_REFUSED: {
    cause: 'The host did not let mailrig write a file: the disk is full, read-only, or this user may not write there.',
    remedy: 'Make room, or name another directory by `TMPDIR` or `XDG_STATE_HOME`.',
  },
  ENGINE_MISSING: {
    cause: 'No container engine answers, and mailrig could not or may not install one.',
    remedy: 'Install and start Docker or Podman. The message names the command for this system.',
  },
  ENGINE_ADDRESS: {
    cause: '`DOCKER_HOST` is not a URL.',
    remedy: 'Set it to something like `unix:///var/run/docker.sock`, or unset it.',
  },
  ENGINE_SILENT: {
    cause: 'The container engine was asked, and did not answer in time.',
    remedy: 'Run `docker info`. If that does not answer either, restart the engine.',
  },
  ENGINE_REFUSED: {
    cause: 'The container engine refused to build or load an image. The message is its own.',
    remedy: 'Correct what the engine names.',
  },
  ENGINE_NOT_STARTED: {
    cause: 'mailrig installed a container engine, and it did not start. The last lines of its log are in the message.',
    remedy: 'Correct what the log names, or start an engine by hand.',
  },
  ENGINE_NOT_STOPPED: {
    cause: 'The container engine that mailrig had started did not end.',
    remedy: 'Read the log that the message names.',
  },
  PACKAGES_NOT_INSTALLED: {
    cause: 'apt-get could not install the packages that the engine or a base image needs.',
    remedy: 'Run the command in the message by hand to see the reason.',
  },
  BASE_IMAGE_MISSING: {
    cause: 'There is no image of the Debian release, and it could be neither fetched nor made.',
    remedy: 'Run `docker pull` as the message says, where there is network access, or `docker load` the image.',
  },
  IMAGE_NOT_BUILT: {
    cause: 'The image of a server could not be built. The message has the step and the last lines of its output.',
    remedy: 'If a download failed, check the network of the engine. Otherwise correct the Dockerfile.',
  },
  IMAGE_UNKNOWN: {
    cause: 'There is no Dockerfile for a server of that name.',
    remedy: 'A server needs a folder under docker/ and one under src/servers/; see CONTRIBUTING.md.',
  },
  CONTAINER_NOT_STARTED: {
    cause: 'The engine could not start a container. The message is its own.',
    remedy: 'Correct what the engine names. `mailrig clean` removes what was left.',
  },
  CONTAINER_EXITED: {
    cause:
      'A server ended before it was ready, mostly because it refuses its configuration. The last lines of its log are in the message.',
    remedy: 'Correct what the log names, often a line under `native`. Exit code 137: it was killed, or memory ran out.',
  },
  HOST_PLAN: {
    cause: 'The plan of a host asks for something that cannot be: the message says what.',
    remedy: 'Correct that part of the plan as the message says.',
  },
  IMAGE_ABSENT: {
    cause: 'A host is to run an image that the engine does not have.',
    remedy: 'Build it, or `docker pull` or `docker load` it, and name it with its tag.',
  },
  IMAGE_NAME: {
    cause: 'What was given as the name of a container image cannot be one.',
    remedy: 'Write it as in `registry.example.com/mail:1.2`.',
  },
  LOG_NOT_FOLLOWED: {
    cause: 'The container that reads the log of a host did not start, or ended.',
    remedy: 'Correct what the engine names. `mailrig clean` removes what was left.',
  },
  TARGET_WITHOUT_MTA: {
    cause: 'A target has hosts, and no mail server in any of them.',
    remedy: 'Name the server in `servers` of the host that carries it.',
  },
  TARGET_DOES_NOT_START: {
    cause: 'A server of a target of your own does not run: the message has what it said.',
    remedy:
      'Run `mailrig check` on it, with the same folder, image or compose file. It names each fault, and what is laid over.',
  },
  TARGET_OPTIONS: {
    cause: 'A target that mailrigProjects is given in `targets` has a name or an option that cannot be.',
    remedy: 'The message names it, and what is allowed.',
  },
  TARGET_UNKNOWN: {
    cause: 'A scenario, a session file or `--target` names a target that the configuration does not have.',
    remedy: 'Correct the name, or declare the target in `targets` of mailrigProjects.',
  },
  TARGET_CANNOT: {
    cause:
      'mailrig is asked something about a server that it cannot find out there, because the server is not its own.',
    remedy: 'The message has the reason. In a matrix the test is reported as unsupported.',
  },
  MUTANT_ABSENT: {
    cause: '`mailrig mutate` runs a test file with a mutant, and one of its rigs is not concerned.',
    remedy: 'Nothing is to be done: the tests of that rig are left out, and another run tries the mutant elsewhere.',
  },
  MUTATE_OPTIONS: {
    cause: 'An option of `mailrig mutate` has a value that it cannot have, or does not belong to what is mutated.',
    remedy: 'The message has what was expected. `mailrig mutate --help` shows each option.',
  },
  MUTATE_RED: {
    cause:
      'Without any mutant, a test fails or a server does not start, before or after the mutants were tried: nothing that fails with one tells anything then.',
    remedy: 'Correct what the message names, until `mailrig run` or `mailrig check` shows it no more.',
  },
  MUTATE_NOTHING: {
    cause:
      'There is no line that `mailrig mutate` could change: no test starts a server, or nothing has changed since.',
    remedy: 'Name files whose tests start a rig, or a folder with a configuration; or leave `--since` out.',
  },
  POSTGRES_NOT_STARTED: {
    cause: "The PostgreSQL server of `accounts: 'postgresql'` did not start.",
    remedy: 'Run `mailrig build`, then the same command again.',
  },
  EXEC_FAILED: {
    cause: 'A command could not be run in a container, mostly because the container is gone.',
    remedy: 'Read the log of the server to see why it ended.',
  },
  FILES_FAILED: {
    cause: 'A file could not be read from a container, or written to it.',
    remedy: 'Check the path, and that the disk is not full.',
  },
  NOT_FROZEN: {
    cause: 'A server in a container could not be stopped.',
    remedy: 'Run the test again; `mailrig clean` removes what was left.',
  },
  PORT_NOT_PUBLISHED: {
    cause: 'A port of a container was asked for, and the container does not publish it.',
    remedy: 'Name the port in `publish` when the container is started.',
  },
  REACH_UNKNOWN: {
    cause: '`MAILRIG_REACH` has a value that means nothing.',
    remedy: 'Set it to `direct` or `exposed`, or unset it.',
  },
  NETWORK_NOT_CREATED: {
    cause: 'The engine could not make a network. The message is its own.',
    remedy: 'Correct what the engine names. `mailrig clean` removes networks that were left.',
  },
  SUBNETS_TAKEN: {
    cause: 'All subnets that mailrig tried in 198.18.0.0/15 are in use.',
    remedy: 'Run `mailrig clean`. `ip route` shows what else uses these addresses.',
  },
  ADDRESSES_TAKEN: {
    cause: 'A network has no free address for another rig.',
    remedy: 'End rigs that you do not need any more.',
  },
  NOT_ON_NETWORK: {
    cause: 'A container was asked for its address in a network that it is not in.',
    remedy: 'The mail store is in the lan only; reach it there.',
  },
  NO_HOST_ADDRESS: {
    cause:
      'Two upstreams are exchangers, or the topology declares `clients`, and there is no address left for each one.',
    remedy:
      'Declare fewer of them. As root in a container, see that it has the capability `NET_ADMIN` and the program `ip`.',
  },
  SESSION_WITHOUT_IPV6: {
    cause:
      'A session is to come by IPv6, and the topology does not say `ipv6`, or the client it names has no such address.',
    remedy: 'Say `ipv6: true` in the topology, and name a side, not a client.',
  },
  NO_IPV6: {
    cause: 'The topology says `ipv6`, and this host or its engine cannot have it.',
    remedy:
      'Run it on Linux with a local Docker engine whose kernel has IPv6. `ip -6 address` and `sysctl net.ipv6.conf.all.disable_ipv6` tell.',
  },
  LISTEN_FAILED: {
    cause: 'The DNS server or an upstream of the rig cannot listen, because a port is taken or needs a privilege.',
    remedy: 'Follow the message. `mailrig doctor` says what this machine lacks.',
  },
  NO_STATE_DIRECTORY: {
    cause: 'mailrig cannot make the folder in which it remembers its rigs.',
    remedy: 'Set `XDG_STATE_HOME` to a folder that you may write to.',
  },
  PATH_TOO_LONG: {
    cause: 'The path of a file is too long to be sent to a container.',
    remedy: 'Use a file name of at most 100 octets in a folder path of at most 155.',
  },
  ARCHIVE_CUT: {
    cause: 'What the engine sent ends in the middle: the container went away meanwhile.',
    remedy: 'Read the log of the container.',
  },
  ARCHIVE_DAMAGED: {
    cause: 'What the engine sent is damaged.',
    remedy: 'Run it again. If it comes again, report it with the version of the engine.',
  },

  // Servers.
  SERVER_REFUSES: {
    cause:
      'The server runs, and refuses every client because of its configuration. Its last log lines are in the message.',
    remedy: 'Correct what the log names, often a line under `native`.',
  },
  CONFIG_REFUSED: {
    cause: 'The server refuses its new configuration, and goes on with the old one.',
    remedy: 'Correct the lines in the message.',
  },
  POSTFIX_RELOAD: {
    cause: '`postfix reload` failed.',
    remedy: 'Correct what Postfix names in main.cf, master.cf or `native.postfix`.',
  },
  SENDMAIL_RELOAD: {
    cause: 'The configuration of sendmail could not be made anew from sendmail.mc.',
    remedy: 'Correct sendmail.mc or `native.sendmail`; cf/README of sendmail says what it may hold.',
  },
  POSTFIX_QUEUE_OUTPUT: {
    cause: '`postqueue -j` printed something that is not JSON, mostly because Postfix does not run.',
    remedy: 'Read the log of Postfix.',
  },
  POSTFIX_TABLE_KEY: {
    cause: 'An address cannot be a key of a Postfix table, because of a space or a leading `#`.',
    remedy: 'Use another address, or write the table yourself in `native.postfix`.',
  },
  POSTFIX_TABLE_VALUE: {
    cause: 'A text for a Postfix table has more than one line.',
    remedy: 'Write it on one line.',
  },
  TABLE_ENTRY_INVALID: {
    cause: 'A key or value cannot stand in a sendmail table.',
    remedy: 'Write the key without white space, and both on one line.',
  },
  POSTFIX_MAILDIR_QUOTA: {
    cause: 'Postfix limits the size of one file, so `local.mailboxQuota` does not work with Maildir.',
    remedy: "Use `mailboxFormat: 'mbox'`, or leave Postfix out for this topology.",
  },
  POSTFIX_MIXED_FALLBACK: {
    cause: 'A next hop and its fallbacks are to be reached by TLS from the first octet, and others of them not.',
    remedy: 'Reach all hosts of this next hop in the same way, or leave Postfix out for this topology.',
  },
  POSTFIX_SASL_MECHANISMS: {
    cause: 'Next hops name different SASL mechanisms. Postfix has one list of mechanisms for all of them.',
    remedy: 'Name the same `auth.mechanism` for all next hops, or leave Postfix out for this topology.',
  },
  EXIM_MIXED_FALLBACK: {
    cause: 'A next hop and its fallbacks have different `tls`. One transport of Exim tries them all.',
    remedy: 'Reach all hosts of this next hop in the same way, or leave Exim out for this topology.',
  },
  SENDMAIL_MIXED_FALLBACK: {
    cause: 'A next hop and its fallbacks have different ports. A mailer of sendmail has one port.',
    remedy: 'Give all hosts of this next hop the same port, or leave sendmail out for this topology.',
  },
  SENDMAIL_IMPLICIT_TLS: {
    cause: 'A next hop is to be reached by TLS from the first octet. sendmail as a client knows STARTTLS alone.',
    remedy: 'Reach the next hop by STARTTLS on port 587, or leave sendmail out for this topology.',
  },
  XCLIENT_MISSING: {
    cause: 'The topology says who may use `xclient`. Exim, as Debian builds it, and sendmail have no XCLIENT.',
    remedy: 'Leave this MTA out for this topology.',
  },
  SENDMAIL_PROXY_PROTOCOL: {
    cause: 'The topology has `proxyProtocol`. sendmail does not know the PROXY protocol.',
    remedy: 'Leave sendmail out for this topology.',
  },
  SENDMAIL_SENDER_ROUTES: {
    cause:
      'The topology has `senderRoutes`. The configuration of sendmail chooses the next hop by the recipient alone.',
    remedy: 'Leave sendmail out for this topology.',
  },
  SENDMAIL_MAILBOX_QUOTA: {
    cause: 'sendmail has no limit for mailboxes, so it cannot do `local.mailboxQuota`.',
    remedy: "Leave it out, or write `needs: ['mailbox-quota']`.",
  },
  SENDMAIL_SQL_TABLES: {
    cause: 'sendmail cannot look up aliases and catch-alls in SQL tables.',
    remedy: "Use mailboxes only, or write `needs: ['sql-tables']`.",
  },
  SENDMAIL_DIRECTORY: {
    cause: 'sendmail takes one address for an alias in a directory, and refuses nobody by it.',
    remedy: "Use mailboxes, catch-alls and aliases with one destination, or write `needs: ['ldap-tables']`.",
  },
  SENDMAIL_DELIMITER: {
    cause: 'sendmail knows only `+` between user and detail.',
    remedy: 'Use `+` or null, or leave sendmail out for this topology.',
  },
  SENDMAIL_SCRAM: {
    cause: 'SCRAM is asked of sendmail on Debian 11, whose package libsasl2-modules does not have it.',
    remedy: 'Leave SCRAM out of `submission.mechanisms`, or leave sendmail of Debian 11 out for this topology.',
  },
  SENDMAIL_TLS_ADDRESS: {
    cause: 'sendmail tells next hops apart by address, and two upstreams with different TLS share one.',
    remedy: 'Give all upstreams the same TLS, or run as root with an engine on this machine.',
  },
  UNSUPPORTED_TOPOLOGY: {
    cause: 'The server has no setting for what the topology asks for.',
    remedy: 'Leave that out, or leave the server out for this topology.',
  },
  CONFIG_FILE: {
    cause: 'mailrig.config.* does not say what mailrig reads from it.',
    remedy: 'Write `export default { servers: [mine] }`.',
  },
  SERVER_DEFINITION: {
    cause: 'An MTA of your own is not described as mailrig needs it.',
    remedy: 'Correct what the message names in the call of `defineServer`.',
  },
  STORE_MISSING: {
    cause: 'The topology has mailboxes, and no mail store was started.',
    remedy: 'Start a mail store with the rig, or declare virtual alias or local domains.',
  },
  CYRUS_CANNOT: {
    cause: 'The topology asks for what Cyrus IMAP cannot do, or what mailrig does not set up for it.',
    remedy: 'Leave it out, or take Dovecot as the store.',
  },
  DOVECOT_TLS_MINIMUM: {
    cause: 'The Dovecot of Debian 11 speaks TLS 1.3, but cannot be told to speak nothing older.',
    remedy: 'Use `TLSv1.2` as `store.tlsMinimum`, or leave Debian 11 out for this topology.',
  },
  EXIM_SCRAM: {
    cause:
      'Exim asks the mail store for SCRAM. There is no store, because the topology has no mailbox; or the store has no service for that.',
    remedy: 'Declare a mailbox, take Dovecot as the store, or leave SCRAM out of `submission.mechanisms`.',
  },
  ACCOUNTS_REFUSED: {
    cause: 'The server with the accounts refuses those of the topology, mostly because two names differ only in case.',
    remedy: 'Give them names that differ in lower case, too.',
  },
  COMMAND_FAILED: {
    cause: 'A command in a container ended with another code than 0. Its output is in the message.',
    remedy: 'Correct the command. `mta.exec` gives the exit code instead of throwing.',
  },
  LOG_NOT_READ: {
    cause: 'The log has a line about a message that mailrig does not understand.',
    remedy: 'Please report it. In a checkout: teach src/servers/NAME/read-log.ts what it means.',
  },

  // A configuration under test.
  REPORT_FOLDER: {
    cause: 'The folder of `--report` or `--html` cannot be made. The message has the reason of the system.',
    remedy: 'Name a folder that this user may write to.',
  },
  COMPOSE_FILE: {
    cause: 'A compose file cannot be read, has a mistake, or has not the service that was asked for.',
    remedy: 'Correct the place that the message names. `docker compose config` shows how Compose reads the file.',
  },
  COMPOSE_TWICE: {
    cause: 'Two rigs of one process are to have containers of the same name at a time: a name would lead to either.',
    remedy: 'Have one rig end before the other begins.',
  },
  SOURCE_MISSING: {
    cause: 'The folder or file that a command was given is not there.',
    remedy: 'Check the path. `-` stands for an archive on standard input.',
  },
  SOURCE_UNKNOWN: {
    cause: 'What was given holds no configuration of a mail server that mailrig knows.',
    remedy: 'Give a folder that is laid out as /etc, with postfix/, dovecot/, exim4/ or mail/ in it.',
  },
  SOURCE_NOT_TAR: {
    cause: 'What came on standard input is not an archive of tar(1), or it is cut short.',
    remedy: 'Send one: `ssh mail.example.com tar c /etc/postfix /etc/dovecot | mailrig check -`.',
  },
  SOURCE_TOO_LARGE: {
    cause: 'What was given has more files, or larger ones, than a configuration has.',
    remedy: 'Give the folders of the mail servers alone.',
  },
  SOURCE_REFUSED: {
    cause: 'What was given holds a name or a link that leads out of it, a device, or a named pipe.',
    remedy: 'Leave that entry out, or bring along what the link leads to.',
  },
  SOURCE_FOREIGN: {
    cause: 'The configuration was written for a system that is not Debian.',
    remedy: 'Put it under test on the image that it belongs to.',
  },
  FILE_EXISTS: {
    cause: 'A command was to write a file that is there already.',
    remedy: 'Move it away, or name another file.',
  },
  UNKNOWN_OVERLAY: {
    cause: '`--no-overlay` was given a kind that does not exist.',
    remedy: 'Name one of those in the message.',
  },
  SETTINGS_INVALID: {
    cause: 'A mailrig.yaml has a key or a value that mailrig does not know.',
    remedy: 'Correct the places in the message. `mailrig check SOURCE --init` writes a file that is right.',
  },

  // Waits and sessions.
  WAIT_ENDED: {
    cause: 'mailrig waited for something that did not come in time. The message says for what, and what came instead.',
    remedy:
      'Read the evidence below the message: docs/how-to/read-a-failure.md. If the server only needs more time, give `timeoutMs`.',
  },
  CONNECT_FAILED: {
    cause: 'No connection to the server could be made.',
    remedy: 'Check that the server runs and listens on that port.',
  },
  SESSION_ENDED: {
    cause: 'The server ended the connection while the test waited for a reply.',
    remedy: 'Read the last reply in the session, and the log of the server at that time.',
  },
  SEND_REFUSED: {
    cause: 'The server refused the message that a test sent.',
    remedy: 'If the refusal is what the test is about, write `expectRefusal: true` and look at `rejected`.',
  },
  NOT_SILENT: {
    cause: 'The test expected that the server says nothing for a time, and it said something.',
    remedy: 'Read in the session what came.',
  },
  NO_GREETING: {
    cause: 'The greeting was asked for before it came.',
    remedy: 'Await `reply()` first, or leave out `awaitGreeting`.',
  },
  NO_RECIPIENTS: {
    cause: 'A message was to be sent to nobody, or every recipient was refused before.',
    remedy: "Name a recipient: `{ to: 'jim@example.com' }`, and look at the replies to RCPT.",
  },
  REPLY_TOO_LONG: {
    cause: 'A server sent a reply without end, or one longer than mailrig takes.',
    remedy: 'Read in the session what the server sends.',
  },
  TLS_FAILED: {
    cause: 'The TLS handshake failed, or the certificate does not fit.',
    remedy: 'Check name and authority of the certificate, and the TLS versions of both sides.',
  },
  SASL_CHALLENGE: {
    cause: 'What the server said during AUTH does not belong to the mechanism.',
    remedy: 'Read the exchange in the session. Often the server does not know the user.',
  },
  UNKNOWN_MECHANISM: {
    cause: 'mailrig does not know that SASL mechanism.',
    remedy: 'Choose one of those in the message, or write the exchange with `session.command`.',
  },
  SIZE_NOT_PLAIN: {
    cause: '`size` was asked for a message that is not plain text.',
    remedy: 'Leave out `size`, or add an attachment of the size that you want.',
  },
  SIZE_TOO_SMALL: {
    cause: 'The header and text are larger than the `size` asked for.',
    remedy: 'Ask for a larger `size`, or write a shorter text.',
  },

  // Mailboxes, upstreams, queue.
  MAILBOX_LOGIN: {
    cause: 'The mail store refused the login.',
    remedy: 'Compare user and password with the topology. A mailbox without a password has `secret`.',
  },
  MAILBOX_CONNECTION: {
    cause: 'No connection to the mail store could be made, or it broke.',
    remedy: 'Read the log of the mail store. It may have ended, or refused TLS.',
  },
  MAILBOX_COMMAND: {
    cause: 'The mail store refused a command of IMAP, POP3 or ManageSieve. `answer` is what it said.',
    remedy: 'Read the answer; a Sieve script has the line of the mistake in it.',
  },
  NO_APOP: {
    cause: 'The POP3 greeting has no timestamp, so that APOP is not possible.',
    remedy: 'Turn APOP on at the server, or use `login()`.',
  },
  NO_REPORT: {
    cause: '`report()` was called on a message that is not a delivery status notification.',
    remedy: 'Look at `raw()`. RFC 3464 says what a notification is made of.',
  },
  UNKNOWN_MAILBOX: {
    cause: 'The topology has no such mailbox, or more than one domain has it.',
    remedy: 'Name one of those in the message; write the whole address if several domains have it.',
  },
  UNKNOWN_ACCOUNT: {
    cause: 'The topology has no such Unix account.',
    remedy: 'Name one of those in the message, or declare it in `local.accounts`.',
  },
  UNKNOWN_CLIENT: {
    cause: 'A session is to come from a client that the topology does not declare.',
    remedy: 'Declare it in `clients`, or name one that is there; clients come from the side `internet`.',
  },
  DKIM_KEY: {
    cause: 'A message cannot be signed: the private key is none, or does not fit. The message says why.',
    remedy:
      "Take a key that `dkimKey({ domain: 'sender.example' })` gives, or give a private key in PEM, RSA or Ed25519.",
  },
  UNKNOWN_FILTER: {
    cause: 'A scenario names a milter or policy service that the topology does not declare.',
    remedy: 'Name one of those in the message, or declare it under `milters` or `policies`.',
  },
  MILTER_NOT_TOLD: {
    cause: '`milter.message` was asked for a message that the server has not told the milter of.',
    remedy:
      'See whether the server took the message by SMTP, and whether something refused it before its header was sent.',
  },
  UNKNOWN_UPSTREAM: {
    cause: 'The topology has no upstream of that name.',
    remedy: 'Name one of those in the message, or declare it in `upstreams`.',
  },
  NO_STORE: {
    cause: 'The topology declares no mailbox, so there is no mail store.',
    remedy: "Declare one: `domains: { 'example.com': { mailboxes: ['jim'] } }`.",
  },
  NO_DATABASE: {
    cause: 'The accounts of this rig are in no SQL database.',
    remedy: "Write `accounts: 'postgresql'` or `accounts: 'mariadb'` in the topology.",
  },
  STATEMENT_REFUSED: {
    cause: 'MariaDB refuses a statement of a test. Its own words are in the message.',
    remedy: 'Correct the statement. src/servers/mariadb/schema.ts has the tables.',
  },
  NO_DIRECTORY: {
    cause: 'The accounts of this rig are in no directory.',
    remedy: "Write `accounts: 'ldap'` in the topology.",
  },
  DIRECTORY_REFUSED: {
    cause: 'OpenLDAP refuses what a test asks of the directory. Its own words are in the message.',
    remedy: 'Correct the name or the attributes. docker/openldap/mail.schema says what an entry has.',
  },
  STATEMENT_VALUE: {
    cause: 'A value of a statement is neither text nor a number, true, false or null.',
    remedy: 'Give what the column is to hold as text.',
  },
  NOT_QUEUED: {
    cause: 'The message is not in the queue: it was delivered, bounced, refused, or never handed in.',
    remedy: '`mta.log.linesOf(message)` shows what became of it.',
  },
  CERTIFICATE_MISSING: {
    cause: 'An upstream was told to speak TLS, and has no certificate.',
    remedy: 'Call `upstream.offerTls()`, or set `upstream.certificate` first.',
  },
  UPSTREAM_CLIENT_TAKEN: {
    cause: 'Two upstreams should serve the same client at the same address and port.',
    remedy: 'Give each upstream of a rig an address or a port of its own.',
  },
  DNS_CLIENT_TAKEN: {
    cause: 'Two rigs should get DNS answers at the same address.',
    remedy: 'End the other rig first, or give this one addresses of its own.',
  },
} as const satisfies Record<string, ErrorEntry>

/** Stable, machine-readable name of an error. */
export type ErrorCode = keyof typeof ERROR_CODES
