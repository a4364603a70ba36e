// Every type that stands in the signature of something exported, so that a user can name it.
export type { Rcode } from './dns/answer.ts'
export type { LoggedQuery, ZoneHandle } from './dns/server.ts'
export type { Zone, ZoneFault, ZoneRecord } from './dns/zone.ts'
export type { SlowLine } from './engine/cable.ts'
export type { ConnectOptions } from './engine/connect.ts'
export type { ContainerExit } from './engine/container-exit-error.ts'
export type { ContainerFile } from './engine/container-files.ts'
export type { Disk } from './engine/disks.ts'
export type { Engine } from './engine/engine.ts'
export type { FirstProcess, HostPlan, LogSource } from './engine/host-plan.ts'
export type { Run } from './engine/labels.ts'
export type { LogFollower, LogLine } from './engine/log-follower.ts'
export type { Progress, ProgressStep, TerminalOptions } from './engine/progress.ts'
export type { QuietSpec } from './engine/quiet.ts'
export type { Readiness } from './engine/readiness.ts'
export type { Renewal } from './engine/renewal-spec.ts'
export type { RunningHost } from './engine/running-host.ts'
export type { ErrorCode } from './errors/error-codes.ts'
export type { MailrigErrorOptions } from './errors/mailrig-error.ts'
export type { CutOffOptions, Pulled } from './faults/cut-off.ts'
export type { DiskOptions } from './faults/disk-options.ts'
export type { FaultReport } from './faults/fault-report.ts'
export type { FillDiskOptions, UsedUp } from './faults/fill-disk.ts'
export type { KillOptions } from './faults/kill.ts'
export type { KillAtOptions, Moment } from './faults/kill-at.ts'
export type { Limited, LimitOptions } from './faults/limit.ts'
export type { PowerCutOptions } from './faults/power-cut.ts'
export type { SlowLineOptions } from './faults/slow-line.ts'
export type { Duration } from './faults/time-passes.ts'
export type { FilterLine, FilterSession } from './filters/filter-session.ts'
export type { FilteredClient, FilteredMessage } from './filters/filtered-message.ts'
export type { Milter } from './filters/milter.ts'
export type { MilterAction, MilterAnswer, MilterChanges, MilterStage } from './filters/milter-action.ts'
export type { MilterContext } from './filters/milter-told.ts'
export type { Policy, PolicyRequest } from './filters/policy.ts'
export type { PolicyAction } from './filters/policy-action.ts'
export type { LatencyMs } from './load/latencies.ts'
export type { LoadAccount, LoadCase, LoadCourse, LoadDocument } from './load/load-account.ts'
export type { LoadOptions } from './load/load-options.ts'
export type { LoadProgress, RunLoadOptions, RunningLoad } from './load/run-load.ts'
export type { MailArrival } from './mailbox/arrival.ts'
export type { CensusMessage } from './mailbox/census.ts'
export type { DeliveryReport, ReportedRecipient } from './mailbox/delivery-report.ts'
export type { ImapMailbox, Quota, QuotaUsage, WaitForOptions } from './mailbox/imap.ts'
export type { Idling, ImapReply, ImapSession } from './mailbox/imap-session.ts'
export type { ManageSieve, SieveScript } from './mailbox/manage-sieve.ts'
export type { Match } from './mailbox/match.ts'
export type { Pop3 } from './mailbox/pop3.ts'
export type { MailAccount } from './mailbox/sasl-dialogue.ts'
export type { SieveScripts } from './mailbox/sieve-scripts.ts'
export type { StoredMessage } from './mailbox/stored-message.ts'
export type { Ground } from './play/ground.ts'
export type { PlayOptions } from './play/player.ts'
export type { RigGroundOptions } from './play/rig-ground.ts'
export type { Failure as PlayedFailure, Played, Step as PlayedStep, Verdict as StepVerdict } from './play/step.ts'
export type { RunningAccounts } from './rig/account-host.ts'
export type { Aftermath } from './rig/aftermath.ts'
export type { Database } from './rig/database.ts'
export type { Directory } from './rig/directory.ts'
export type { EventPattern } from './rig/event-match.ts'
export type { Fate } from './rig/fate.ts'
export type { FaultyMachine } from './rig/faulty-machine.ts'
export type { Journey, JourneyStep, Traveller } from './rig/journey.ts'
export type { LocalMailbox } from './rig/local-mailbox.ts'
export type { LoggedEvent, Scope, TrackedLine } from './rig/message-tracker.ts'
export type { MtaQueue } from './rig/mta-queue.ts'
export type { Filters } from './rig/open-filters.ts'
export type { ImageOptions, OpenRun, PrepareOptions } from './rig/open-run.ts'
export type { Rig, RigSentMessage } from './rig/rig.ts'
export type { RigLogEvent } from './rig/rig-log.ts'
export type { MailboxConnection, MailboxTls, RigMailbox } from './rig/rig-mailbox.ts'
export type { RunningFilterServer } from './rig/running-filter-server.ts'
export type { RunningMta } from './rig/running-mta.ts'
export type { RunningStore } from './rig/running-store.ts'
export type { RigOptions as StartRigOptions } from './rig/start-rig.ts'
export type { ServerBoot, Timings } from './rig/timings.ts'
export type { Traceable } from './rig/traceable.ts'
export type { Trust } from './rig/trust.ts'
export type { Approach, Endpoint, RigSendOptions, RigSessionOptions } from './rig/way-in.ts'
export type { World, WorldOptions } from './rig/world.ts'
export type { AccountSource } from './servers/account-servers.ts'
export type { Ipv6Addresses, RigAddresses, Side } from './servers/addresses.ts'
export type { OwnServer } from './servers/define-server.ts'
export type { DirectoryAttributes, DirectoryEntry } from './servers/directory-entry.ts'
export type { Durability } from './servers/durability.ts'
export type { Feature, ListedFeatures, StoreFeature, StoreLacks } from './servers/feature.ts'
export type { LogEvent, LogEventKind, LogFields } from './servers/log-event.ts'
export type { MtaAdapter } from './servers/mta-adapter.ts'
export type { ConfigFormat, Mutation } from './servers/mutation.ts'
export type { Exec, ExecResult, Memory, ServerHandle, Unlogged } from './servers/operation.ts'
export type { QueueEntry } from './servers/queue.ts'
export type { Release } from './servers/release.ts'
export type { RenderContext, Rendered, ServerCertificate, ServerFile } from './servers/rendering.ts'
export type { MtaServer, StoreServer } from './servers/server.ts'
export type { FolderStatus, Question, QuotaRow, StoreAdapter, StoredFields, StoredPlace } from './servers/store.ts'
export type { ComposedMessage, ComposeOptions, Envelope } from './session/compose.ts'
export type { ConnectionOpenOptions, TlsOptions, TlsState } from './session/connection.ts'
export type { EsmtpParams } from './session/envelope-command.ts'
export type { Reply } from './session/reply.ts'
export type { ReplyLimits } from './session/reply-parser.ts'
export type { Credentials, SaslMechanism } from './session/sasl.ts'
export type { SendOptions, SentMessage } from './session/send.ts'
export type {
  AuthOptions,
  DataOptions,
  EhloResult,
  Session,
  SessionOptions,
  StartTlsOptions,
  WaitOptions,
} from './session/session.ts'
export type { ConnectionEnd } from './session/session-error.ts'
export type { Transcript, TranscriptEvent } from './session/transcript.ts'
export type { LoadedSessionFile } from './session-file/load.ts'
export type {
  FrontMatter,
  Needs as SessionFileNeeds,
  SessionFile,
  Statement as SessionFileStatement,
} from './session-file/statement.ts'
export type { FilterAddress, UpstreamAddress } from './surroundings/rig-addresses.ts'
export type { Service } from './surroundings/service-ports.ts'
export type { DisksWanted, HostOutline, HostPlace, Role, Surroundings } from './surroundings/surroundings.ts'
export type { AccountFact, AliasFact, FactOrigin, Facts, ServiceName } from './targets/facts.ts'
export type { Platform } from './targets/platform.ts'
export type { StoreAccount } from './targets/store-accounts.ts'
export type {
  Carried,
  CarriedMta,
  CarriedServer,
  CarriedStore,
  DatabasePlan,
  PlannedHost,
  Source,
  Target,
  TargetPlan,
} from './targets/target.ts'
export type { Flaw } from './tls/certificates.ts'
export type { HopAuth, HopTls, OutboundTls } from './topology/hop-schema.ts'
export type { NativeKey, NativeWords } from './topology/native.ts'
export type { Mechanism, ParsedTopology, TopologyInput } from './topology/schema.ts'
export type {
  Hop,
  Mailbox,
  MailboxDomain,
  Problem,
  Submission,
  Topology,
  VirtualAliasDomain,
} from './topology/topology.ts'
export type { Action as UpstreamAction, Stage as UpstreamStage } from './upstream/action.ts'
export type { Attempt as UpstreamAttempt, TranscriptLine as AttemptLine } from './upstream/attempt.ts'
export type { Door } from './upstream/door.ts'
export type { Keywords as UpstreamKeywords } from './upstream/keywords.ts'
export type { Stranger } from './upstream/listener.ts'
export type { NextOptions } from './upstream/message-box.ts'
export type { MessageMatch, MessagePattern } from './upstream/message-match.ts'
export type { Parameters as RelayedParameters } from './upstream/path-command.ts'
export type {
  Envelope as RelayedEnvelope,
  RelayedMessage,
  TlsState as RelayedTlsState,
} from './upstream/relayed-message.ts'
export type { RuleOptions as FilterRuleOptions } from './upstream/rules.ts'
export type { RuleOptions, StageContext } from './upstream/script.ts'
export type { CountedMessage, Tally } from './upstream/tally.ts'
export type { Accounts as UpstreamAccounts, TlsPolicy, Upstream } from './upstream/upstream.ts'
export type { Place as SessionFilePlace, PlacedProblem } from './yaml/place.ts'
