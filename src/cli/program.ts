import { readFileSync } from 'node:fs'
import { Command, Option } from 'commander'
import { DEFAULT_RELEASES, RELEASES } from '../servers/release.ts'
import { PACKAGE_MANAGERS } from './init/package-manager.ts'

/** The releases of the default matrix, in words. */
const USUAL = DEFAULT_RELEASES.join(' and ')

const TARGET = 'a server of your own: a folder laid out as /etc, or a target of the vitest configuration'
const IMAGE = 'a container image of a mail server, run as it is'
const COMPOSE = 'a compose file; files that it mounts are copied'
const SERVICE = 'the service of the compose file that serves mail'
const SETTINGS_OF_TARGET = 'of a server of your own: a mailrig.yaml with what its configuration does not tell'
const OF_TARGET = 'instead of a name: the rig that runs this target of your own'
const STORES = 'with another mail store than Dovecot: cyrus'

const packageFile = new URL('../../package.json', import.meta.url)

// The commands are imported when they are called: help and a mistyped option must not wait for the engine's libraries.

/** The command line: every command, its options and its help. Throws commander's CommanderError instead of exiting. */
export function createProgram(): Command {
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }
  const program = new Command('mailrig')
    .description('End-to-end tests for mail servers: real MTAs in containers, scripted sessions, assertions.')
    .version(version)
    .showHelpAfterError('Try `mailrig --help`.')
    .exitOverride()
    .addHelpText(
      'after',
      `
Examples:
  mailrig init                                     write a starter into your own project
  mailrig doctor                                   what is here, what is missing, how to fix it
  mailrig check ./etc                              put your own server's configuration under test
  mailrig up --mta postfix --release trixie        start servers to talk to, and return
  mailrig run scenarios/aliases                    run the scenarios of a folder
  mailrig play --mta all bug.smtp                  play a session file on every MTA, side by side
  mailrig record -o bug.smtp                       write what a mail client and a server say as a session file
  mailrig clean                                    remove everything mailrig made

Exit codes: 0 all well, 1 a scenario failed, 2 wrong input, 3 no working container engine.`,
    )

  const mta = () => new Option('--mta <name>', 'the mail transfer agent').default('postfix')
  const release = () =>
    new Option('--release <name>', 'the Debian release the servers come from').choices(RELEASES).default('bookworm')

  add(program, 'init', 'write a configuration, a scenario, a session file and files for CI into a project')
    .argument('[folder]', 'the project; it has a package.json', '.')
    .option('--typescript', 'write TypeScript (default: as the project does)')
    .addOption(new Option('--javascript', 'write JavaScript').conflicts('typescript'))
    .addOption(
      new Option('--package-manager <name>', 'for the commands (default: as the project does)').choices(
        PACKAGE_MANAGERS,
      ),
    )
    .option('--ci <names>', 'github, gitlab, separated by commas, all or none', 'all')
    .option('--shards <n>', 'into how many jobs CI splits the tests; one more joins their reports', '1')
    .option('--mta <names>', 'run the tests on these, separated by commas, or all', 'postfix')
    .option('--release <names>', `run the tests on these, separated by commas, or all, which is the default: ${USUAL}`)
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      '\nIt asks nothing, and it never changes a file that is there; it says what it left alone.\n\nExamples:\n  mailrig init\n  mailrig init --mta all --ci github',
    )
    .action(async (folder, options) => (await import('./commands/init.ts')).init(folder, options))

  add(program, 'showcase', 'start a rig, send a message through it line by line, read it, and tear all down')
    .addOption(mta())
    .addOption(release())
    .action(async (options) => (await import('./commands/showcase.ts')).showcase(options))

  add(program, 'doctor', 'tell what engine, images and kept rigs there are, what is missing and how to fix it')
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  mailrig doctor --json | jq .problems')
    .action(async (options) => (await import('./commands/doctor.ts')).doctor(options))

  add(program, 'build', 'provision the engine if there is none, and build the images')
    .option('--mta <names>', 'only these, separated by commas (default: all)')
    .option('--release <names>', `these, separated by commas, or all, which is the default: ${USUAL}`)
    .option('--store <names>', STORES)
    .option('--self', 'the image of mailrig itself, and print its name; no other, unless they are named')
    .option('--load <file>', 'take images from this archive first, and build only what is missing then')
    .option('--save <file>', 'write the images into an archive, for machines that are to have the same')
    .option('--pull <registry>', 'take images from this registry first, and build only what is missing then')
    .option('--push <registry>', 'give the images to this registry, such as registry.example:5000/mail')
    .option('--quiet', 'say nothing when there is nothing to do')
    .addHelpText(
      'after',
      '\nExamples:\n  mailrig build --mta postfix --release trixie\n  mailrig build --save images.tar',
    )
    .action(async (options) => (await import('./commands/build.ts')).build(options))

  add(program, 'up', 'start a rig that keeps running after this command, and print how to reach it')
    .argument('[topology]', 'a YAML or JSON file, or a module whose default export is a topology')
    .option('--mta <name>', 'the mail transfer agent (default: postfix; with --all, several and all there are)')
    .option('--release <name>', `the Debian release (default: bookworm; with --all, several, and by default ${USUAL})`)
    .option('--store <name>', STORES)
    .option('--target <folder or name>', TARGET)
    .option('--image <image>', IMAGE)
    .option('--compose <file>', COMPOSE)
    .option('--service <name>', SERVICE)
    .option('--settings <file>', SETTINGS_OF_TARGET)
    .option('--all', 'a rig for each MTA and release')
    .option(
      '--name <name>',
      'a name for the rig, for `mailrig down` (default: default; with --all, what names begin with)',
    )
    .option('--json', 'one JSON document on stdout; with --all, an array')
    .addHelpText(
      'after',
      '\nExamples:\n  mailrig up --mta postfix --release trixie --json\n  mailrig up my-topology.json\n  mailrig up --all --mta postfix,exim --json',
    )
    .action(async (topology, options) => (await import('./commands/up.ts')).up(topology, options))

  add(program, 'down', 'end rigs started by `mailrig up`')
    .argument('[names...]', 'the names they were given (default: default)')
    .option('--all', 'end every kept rig')
    .addHelpText('after', '\nExamples:\n  mailrig down\n  mailrig down --all')
    .action(async (names, options) => (await import('./commands/down.ts')).down(names, options))

  add(program, 'logs', 'print the log of a rig started by `mailrig up`, MTA and mail store together')
    .argument('[name]', 'the name it was given (default: default)')
    .option('--target <name>', OF_TARGET)
    .option('-f, --follow', 'go on until interrupted')
    .option('--problems', 'only refusals, warnings, errors and failed logins')
    .option('--json', 'what each line says, one JSON document a line')
    .addHelpText('after', '\nExamples:\n  mailrig logs --follow\n  mailrig logs --problems --json')
    .action(async (name, options) => (await import('./commands/logs.ts')).logs(name, options))

  add(program, 'queue', 'print what waits in the queue of a rig started by `mailrig up`, and why')
    .argument('[name]', 'the name it was given (default: default)')
    .option('--target <name>', OF_TARGET)
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  mailrig queue --json')
    .action(async (name, options) => (await import('./commands/queue.ts')).queue(name, options))

  add(program, 'trace', 'print the way of a message through a rig started by `mailrig up`, hop by hop')
    .argument('<message-id>', 'with or without angle brackets')
    .option('--name <name>', 'the name the rig was given (default: default)')
    .option('--target <name>', OF_TARGET)
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', "\nExample:\n  mailrig trace '<31231233@snow.example>'")
    .action(async (messageId, options) => (await import('./commands/trace.ts')).trace(messageId, options))

  add(program, 'clean', 'remove every container, network and volume mailrig made, kept rigs included')
    .option('--images', 'the images too')
    .option('--engine', 'and end the engine daemon, if mailrig started it')
    .addHelpText('after', '\nExample:\n  mailrig clean --images')
    .action(async (options) => (await import('./commands/clean.ts')).clean(options))

  add(program, 'run', 'run scenarios')
    .argument('[paths...]', 'files or folders (default: all the project has)')
    .option('--mta <names>', 'only these, separated by commas (default: all)')
    .option('--release <names>', `these, separated by commas, or all, which is the default: ${USUAL}`)
    .option('--store <names>', STORES)
    .addOption(
      new Option(
        '--target <names>',
        'these targets with configurations of your own, separated by commas, or all',
      ).conflicts(['mta', 'store']),
    )
    .option('-t, --name <pattern>', 'only tests whose name matches')
    .option('--engine <url>', 'use this engine; given several times: all of them, as one pool', collect)
    .option('--json', 'one JSON document on stdout')
    .option('--report <folder>', 'write what happened as index.html, junit.xml, run.json and durations.json')
    .option('--shard <i/n>', 'run one of n parts that take about the same time, as 2/4; auto: as the environment says')
    .option(
      '--durations <file>',
      'with --shard: how long files took (default: .mailrig/durations.json, if it is there)',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  mailrig run --mta postfix --release trixie scenarios/aliases\n  mailrig run --shard 2/4 --report shard-2',
    )
    .action(async (paths, options) => {
      // First of all: without vitest, or with another one, Node would stop at what the command imports from it.
      await import('../vitest/check-requirements.ts')
      await (await import('./commands/run.ts')).run(paths, options)
    })

  add(program, 'check', "put a mail server's configuration under test, and say what is wrong with it")
    .argument('[source]', 'a folder laid out as /etc, or - for an archive of tar on standard input')
    .option('--postfix <folder>', 'the folder of Postfix alone, as /etc/postfix')
    .option('--dovecot <folder>', 'the folder of Dovecot alone, as /etc/dovecot')
    .option('--exim <folder>', 'the folder of Exim alone, as /etc/exim4')
    .option('--sendmail <folder>', 'the folder of sendmail alone, as /etc/mail')
    .option('--opensmtpd <folder>', 'a folder with smtpd.conf, as /etc')
    .option('--image <image>', IMAGE)
    .option('--compose <file>', COMPOSE)
    .option('--service <name>', SERVICE)
    .option('--release <names>', 'Debian releases, separated by commas (default: as the configuration tells)')
    .option('--settings <file>', 'a mailrig.yaml with what the configuration does not tell')
    .option('--seed <file>', 'a dump of the database that the configuration names (SQL)')
    .option('--no-overlay <kind>', 'leave out what mailrig lays over of this kind; may be given again', collect)
    .option('--sample', 'the configuration of a small office with three faults, which comes along; ends with 0')
    .option('--init', 'write a mailrig.yaml filled with what was derived, and check nothing')
    .option('--json', 'one JSON document on stdout')
    .option('--report <folder>', 'write what was found as index.html, junit.xml and check.json')
    .addHelpText(
      'after',
      '\nExamples:\n  mailrig check --sample\n  mailrig check ./etc\n  ssh mail.example.com tar c /etc/postfix /etc/dovecot /etc/aliases | mailrig check -\n  mailrig check ./etc --release bookworm,trixie\n  mailrig check --image registry.example.com/mail:1.2\n  mailrig check --compose compose.yaml --service mail',
    )
    .action(async (source, options) => (await import('./commands/check.ts')).check(source, options))

  add(program, 'play', 'play session files, and show what each server answers')
    .argument('<files...>', 'session files, *.smtp')
    .option('--mta <names>', 'these, separated by commas, or all (default: postfix)')
    .option(
      '--release <names>',
      'these, separated by commas, or all (default: bookworm; with --target, as its files tell)',
    )
    .option('--store <names>', STORES)
    .option('--target <folder or name>', TARGET)
    .option('--image <image>', IMAGE)
    .option('--compose <file>', COMPOSE)
    .option('--service <name>', SERVICE)
    .option('--settings <file>', SETTINGS_OF_TARGET)
    .option('--against <host:port>', 'play to a server that mailrig did not start')
    .option('--keep', 'leave the rigs up for a look, until Ctrl-C')
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      '\nExamples:\n  mailrig play bug.smtp\n  mailrig play --mta all --release all bug.smtp\n  mailrig play --against localhost:25 bug.smtp',
    )
    .action(async (files, options) => (await import('./commands/play.ts')).play(files, options))

  add(program, 'record', 'stand between a mail client and a server, and write what they say as a session file')
    .argument('[topology]', 'what to start and record: a YAML or JSON file, or a module (default: a sample)')
    .requiredOption('-o, --output <file>', 'the session file to write')
    .option('--rig <name>', 'record a rig that `mailrig up` keeps')
    .option('--to <host:port>', 'record a server that mailrig did not start')
    .option('--listen <host:port>', 'where the client is to go; port 0 takes a free one', '127.0.0.1:0')
    .addOption(new Option('--service <name>', 'which of the rig').choices(['smtp', 'submission']).default('smtp'))
    .option('--mta <name>', 'the mail transfer agent (default: postfix)')
    .option('--release <name>', 'the Debian release (default: bookworm; with --target, as its files tell)')
    .option('--target <folder or name>', TARGET)
    .option('--image <image>', IMAGE)
    .option('--settings <file>', SETTINGS_OF_TARGET)
    .addHelpText(
      'after',
      '\nA service of a compose file: start it with `mailrig up --compose`, and record that rig with --rig.\n\nExamples:\n  mailrig record -o bug.smtp --listen 127.0.0.1:2525\n  mailrig record --rig default --service submission -o bug.smtp\n  mailrig record --to mail.example.com:25 -o bug.smtp',
    )
    .action(async (topology, options) => (await import('./commands/record.ts')).record(topology, options))

  add(
    program,
    'load',
    'give a server many messages, follow each to its place, and say how fast it was and what was lost',
  )
    .argument('[topology]', 'what to start: a YAML or JSON file, or a module (default: a sample)')
    .addOption(mta())
    .addOption(release())
    .option('--store <name>', STORES)
    .option('--count <n>', 'how many messages (default: 100)')
    .option(
      '--duration <time>',
      'for how long messages are sent: 30s, 2m, or a number of seconds; with --count, whichever ends first',
    )
    .option('--connections <n>', 'how many side by side (default: 10); with --ramp, up to how many (default: 128)')
    .option('--messages-per-connection <n>', 'after how many a connection ends (default: 100)')
    .option('--size <sizes>', 'octets of a message: 4k, or several with their shares: 1k:70,10k:25,1m:5 (default: 1k)')
    .option('--recipients <n>', 'of each message (default: 1)')
    .option('--to <addresses>', 'mailboxes, or addresses of a domain of the topology’s `internet`, separated by commas')
    .option('--from <address>', 'the reverse-path (default: load@client.example)')
    .option('--tls', 'with STARTTLS')
    .option('--auth <mailbox>', 'by submission (port 587), logged in as this mailbox')
    .option('--pipelining', 'commands in groups: the server has to offer it (default: where it does)')
    .option('--no-pipelining', 'one command a round trip')
    .option('--bdat', 'BDAT in place of DATA: the server has to offer CHUNKING')
    .option('--wait <time>', 'how long nothing may happen to messages that are waited for (default: 10s)')
    .option('--ramp', 'more and more connections until the latency doubles; --count or --duration is that of a step')
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      '\nThe load goes to a rig that mailrig starts for it, and nowhere else.\n\nExamples:\n  mailrig load --mta postfix --release trixie --count 2000 --connections 10\n  mailrig load --to jim@example.com --size 1k:70,10k:25,1m:5 --duration 30s\n  mailrig load --ramp --json',
    )
    .action(async (topology, options) => (await import('./commands/load.ts')).load(topology, options))

  add(program, 'mutate', 'break a configuration one line at a time, and tell which breaks no test noticed')
    .argument(
      '[paths...]',
      'scenarios and session files, or a folder laid out as /etc (default: all scenarios there are)',
    )
    .option('--mta <name>', 'the mail transfer agent of the scenarios (default: postfix)')
    .option('--release <name>', 'the Debian release (default: bookworm; of a folder, as the configuration tells)')
    .option('--store <name>', STORES)
    .option('--settings <file>', 'of a folder: a mailrig.yaml with what the configuration does not tell')
    .option('--since <ref>', 'of a folder in git: only lines that have changed since')
    .option('--match <text>', 'only mutants in whose line this text is, as `main.cf:12 ` or `smtpd_helo`', collect)
    .option('--budget <time>', 'begin no mutant after that: 30s, 10m, 1h')
    .option('--threshold <percent>', 'end with 1 where fewer were noticed, of those that count')
    .option('--lanes <n>', 'how many mutants are tried side by side (default: as the machine allows)')
    .option('--fresh', 'try anew what is known from a run before')
    .option('--shard <i/n>', 'try one of n parts of the mutants, as 2/4; auto: as the environment says')
    .option('--join', 'try nothing: the paths are what the shards of a run printed with --json, as one document')
    .option('--json', 'one JSON document on stdout')
    .option('--html <file>', 'write the configuration as a page, each line coloured by what became of its mutants')
    .addHelpText(
      'after',
      '\nExamples:\n  mailrig mutate --mta postfix --release trixie scenarios/relaying --budget 10m\n  mailrig mutate ./etc --since HEAD~1 --threshold 80',
    )
    .action(async (paths, options) => {
      await import('../vitest/check-requirements.ts')
      await (await import('./commands/mutate.ts')).mutate(paths, options)
    })

  add(program, 'report', 'write what the servers do, and what the scenarios cover, from a run of the whole matrix')
    .argument('[runs...]', 'records of runs, joined (default: .mailrig/run.json)')
    .option('--docs <folder>', 'where behaviour.md, behaviour.json and coverage.md are', 'docs')
    .option('--matrix <name>', 'default, or wide: every release; its files are behaviour-wide.md and so on', 'default')
    .option('--html <folder>', 'instead write the report of these runs, and end with 1 when something in them failed')
    .option('--target <names>', 'with --html: of these targets alone, separated by commas')
    .option('--check', 'write nothing; print what has changed and end with 1 when they are out of date')
    .addHelpText(
      'after',
      '\nExamples:\n  mailrig report\n  mailrig report --check runs/*.json\n  mailrig report --html report runs/*.json',
    )
    .action(async (runs, options) => (await import('./commands/report.ts')).report(runs, options))

  // What `up` leaves behind: not for people, so not in the help.
  program.command('hold', { hidden: true }).action(async () => (await import('./commands/hold.ts')).hold())

  return program
}

function collect(value: string, before: string[] | boolean): string[] {
  return Array.isArray(before) ? [...before, value] : [value]
}

function add(program: Command, name: string, description: string): Command {
  return program.command(name).description(description).showHelpAfterError(`Try \`mailrig ${name} --help\`.`)
}
