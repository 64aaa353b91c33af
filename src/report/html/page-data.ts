/** What a page shows, as it is embedded in it: the words of `results.json` in a shape made for drawing. Plain data. */

/** Where a rule stands in this run. */
export type RuleState = 'broken' | 'exercised' | 'never reached' | 'not applicable' | 'switched off' | 'not observable';

export interface PageRule {
  id: string;
  area: string;
  strength: string;
  title: string;
  citation: string;
  statement: string;
  state: RuleState;
  exercised: number;
  broken: number;
  /** Why it cannot be observed, or what it is about that no function has; else empty. */
  why: string;
}

/** A field of a dword: register, name, its bits, attribute, rule. */
export interface PageField {
  register: string;
  name: string;
  mask: number;
  attribute: string;
  rule: string;
}

/** See `BitComparison`; `fields` is a place in the page's list of them, which many findings share. */
export interface PageBits {
  offset: number;
  mask: number;
  known: number;
  expected: number;
  actual: number;
  fields: number;
}

export interface PageFinding {
  id: string;
  rule: string;
  count: number;
  /** Input and line, as `trace.log:17`. */
  where: string;
  /** Accesses and events before it; -1: it happened on many machines. */
  index: number;
  access: string;
  function: string;
  kind: string;
  register: string;
  shape: string;
  expected: string;
  actual: string;
  explanation: string;
  excusedBy: string;
  known: boolean;
  reason: string;
  /** Whether it makes the run fail. */
  gating: boolean;
  reproduced: boolean;
  /** The finding whose steps stand for it; null: its own do. */
  alike: string | null;
  bits: PageBits | null;
  /** Of the shrunk scenario. */
  steps: string[];
  stepsOmitted: number;
  /** Lines of the trace before the access, oldest first. */
  before: string[];
  /** The command that runs it again, and the directory to run it in, beside the page. */
  command: string;
  place: string;
  /** Place in `pictures`, or -1. */
  picture: number;
}

/** [from, to, base, last, 1: on, 0: maybe, stretches put together]. */
export type PageRegionSpan = [number, number, string, string, 0 | 1, number];

export interface PageRegionLane {
  function: string;
  name: string;
  kind: 'BAR' | 'ROM' | 'window' | 'ECAM' | 'RAM';
  space: 'memory' | 'port';
  prefetchable: boolean;
  inside: { name: string; offset: number; bytes: number }[];
  grain: number;
  spans: PageRegionSpan[];
}

/** [from, to, place in VECTOR_STATES, 1: pending, stretches put together]. */
export type PageVectorSpan = [number, number, number, 0 | 1, number];

export const VECTOR_STATES = ['ready', 'masked', 'unknown', 'asserted'] as const;

export interface PageVectorLane {
  function: string;
  name: string;
  grain: number;
  spans: PageVectorSpan[];
  /** [moment, how many]. */
  messages: [number, number][];
  events: [number, number][];
}

/** The timeline of one trace. */
export interface PagePicture {
  /** Of the input, or of the failure. */
  name: string;
  steps: number;
  regions: PageRegionLane[];
  vectors: PageVectorLane[];
  omitted: { regions: number; vectors: number };
  /** Where something diverged: moment and identity. */
  divergences: [number, string][];
}

/** How a campaign went: columns over the accesses that its programs had asked for. */
export interface PageCurve {
  name: string;
  accesses: number[];
  series: { name: string; values: number[] }[];
}

export interface PageInput {
  name: string;
  sha256: string;
  format: string;
  profile: string;
  accesses: number;
  events: number;
  undecoded: number;
  knownBits: number;
  problems: string[];
  problemCount: number;
  functions: { function: string; kind: string; class: string }[];
  origin: [string, string][];
}

export interface PageChoice {
  name: string;
  value: string;
  how: 'stated' | 'learned';
  meaning: string;
}

export interface PageData {
  tool: string;
  command: string;
  target: string;
  seed: string;
  verdict: 'conforms' | 'diverges' | 'incomplete';
  headline: string;
  details: string[];
  totals: [string, string][];
  rules: PageRule[];
  findings: PageFinding[];
  fields: PageField[][];
  inputs: PageInput[];
  choices: PageChoice[];
  excused: { choice: string; rule: string; count: number }[];
  complaints: string[];
  notes: { where: string; topic: string; function: string; text: string; count: number }[];
  pictures: PagePicture[];
  curves: PageCurve[];
  /** What is not on the page, in words. */
  omissions: string[];
}
