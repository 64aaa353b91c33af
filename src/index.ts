/**
 * The library, for teams that test in their own runner. A comment in front of some lines is their heading in docs/api.md,
 * which `npm run docs` writes.
 */

// Driving a target
export { fuzz } from './campaign/fuzz.ts';
export type { Fuzzed, FuzzOptions, Searched } from './campaign/fuzz.ts';
export type { Failure } from './campaign/reduce.ts';
export { runScenario, UnboundError } from './check/lockstep/run-scenario.ts';
export type { ScenarioOptions, ScenarioRun } from './check/lockstep/run-scenario.ts';
export { findingText } from './report/finding-text.ts';
export type { Tally } from './check/lockstep/tally.ts';
export type { TrialOptions } from './check/lockstep/trial.ts';
export type { Paint, Style } from './report/paint.ts';

// Targets
export type { Command, CommandResult, Target, TargetDescription } from './access/target.ts';
export { TargetDied } from './access/target-died.ts';
export type { Death, DeathKind } from './access/target-died.ts';
export { openTarget } from './targets/open.ts';
export type { LayoutSource } from './targets/open.ts';
export { TargetError } from './targets/target-error.ts';

// Accesses and events
export { Access, CONFIG, MEMORY, NO_VCPU, PORT } from './access/access.ts';
export type { Space, Width } from './access/access.ts';
export type { Event, Located } from './access/event.ts';
export { formatBdf, parseBdf } from './access/bdf.ts';
export { formatAccess, formatEvent, NotationError, parseLine } from './access/text.ts';

// Machines
export { emptyMachine } from './access/machine.ts';
export type { EcamRange, MachineDescription, Range } from './access/machine.ts';
export { parseMachine } from './access/machine-text.ts';

// Scenarios
export { formatScenario, parseScenario, ScenarioError } from './scenario/grammar.ts';
export type { ParsedScenario } from './scenario/grammar.ts';
export type { Program } from './scenario/steps.ts';

// Traces
export { InterruptedError, replayTrace } from './check/replay.ts';
export type { ReplayOptions } from './check/replay.ts';
export type { AccessCount, JudgedFinding, NoteCount, TraceReport } from './check/trace-report.ts';
export type {
  InnerRange,
  Mark,
  RegionLane,
  RegionSpan,
  Timeline,
  VectorLane,
  VectorSpan,
} from './check/timeline/timeline.ts';
export { readTrace, TraceError } from './trace/index.ts';
export type { ReadOptions, TraceInput, TraceProblem, TraceResult } from './trace/index.ts';
export type { TraceHeader, TraceSink } from './access/source.ts';

// Findings and profiles
export { findingId } from './check/finding.ts';
export type { Finding } from './check/finding.ts';
export { parseProfile, ProfileError, readProfile } from './check/profile.ts';
export type { KnownFinding, Profile } from './check/profile.ts';

// The reference model
export { Model } from './model/model.ts';
export type { ModelOptions, ModelStatistics } from './model/options.ts';
export type { BitComparison, BitField, Divergence, FunctionIdentity, Note } from './model/verdict.ts';
export type {
  CellsSnapshot,
  FunctionSnapshot,
  ModelSnapshot,
  RegionSnapshot,
  VectorsSnapshot,
} from './model/snapshot.ts';
export type { FoundCapability } from './model/function.ts';

// Rules
export { ruleById, RULES } from './spec/rules.ts';
export type { Rule } from './spec/rules.ts';
export type { RuleEntry, Strength } from './spec/catalogue/area.ts';
export type { Attribute } from './spec/register.ts';
