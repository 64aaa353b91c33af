/** `barometer assign DEVICES` */
import { allocate, STEPS } from '../topology/allocate.ts';
import type { Outcome } from '../topology/allocate.ts';
import { checkPlan } from '../topology/check-plan.ts';
import type { DeviceTree } from '../topology/device-tree.ts';
import { planText } from '../topology/plan-text.ts';
import { DevicesError, readDevices } from '../topology/read-devices.ts';
import { topologyDocument } from '../topology/topology-json.ts';
import { inertJson, inertLine } from '../core/inert-text.ts';
import { plural } from '../report/wrap.ts';
import { EXIT, UsageError } from './exit-status.ts';
import { print } from './say.ts';

/** The options as commander hands them over. */
export interface AssignOptions {
  steps?: string;
  json?: boolean;
}

/** Version of what --json prints. */
const PLAN_SCHEMA = 'barometer.plan/1';

/**
 * Prints a plan for the devices, or why there is none, and returns the exit status. Throws a UsageError that names every
 * problem of the file.
 */
export async function runAssign(devices: string, options: AssignOptions): Promise<number> {
  const steps = options.steps === undefined ? STEPS : parseSteps(options.steps);
  const tree = await read(devices);
  const outcome = allocate(tree, steps);
  if (outcome.kind === 'plan') {
    const problems = checkPlan(tree, outcome.assignment);
    if (problems.length > 0) throw new Error(`the plan is not valid: ${problems[0]}`);
  }
  print(options.json === true ? planJson(devices, tree, outcome) : text(devices, tree, outcome));
  return outcome.kind === 'plan' ? EXIT.conforms : EXIT.diverges;
}

function parseSteps(steps: string): number {
  if (/^[1-9][0-9]{0,8}$/.test(steps)) return Number(steps);
  throw new UsageError(`barometer: --steps ${steps}: a whole number from 1 to 999999999 is expected.`);
}

async function read(path: string): Promise<DeviceTree> {
  try {
    return await readDevices(path);
  } catch (error) {
    if (error instanceof DevicesError) throw new UsageError(error.message);
    throw error;
  }
}

function text(file: string, tree: DeviceTree, outcome: Outcome): string {
  const name = inertLine(file);
  switch (outcome.kind) {
    case 'plan': {
      const count = plural(outcome.assignment.size, 'function');
      const head = `${name}: a plan for ${count}, found in ${plural(outcome.steps, 'step')}.`;
      return `${head}\n\n${planText(tree, outcome.assignment, outcome.totals)}`;
    }
    case 'infeasible':
      return `${name}: there is no plan. ${inertLine(outcome.conflict.text)}\n`;
    case 'undecided':
      return `${name}: undecided. ${outcome.text} More --steps may help.\n`;
  }
}

function planJson(name: string, tree: DeviceTree, outcome: Outcome): string {
  const head = { schema: PLAN_SCHEMA, devices: name, result: outcome.kind, steps: outcome.steps };
  return inertJson({ ...head, ...details(tree, outcome) });
}

function details(tree: DeviceTree, outcome: Outcome): object {
  const hex = (value: bigint): string => `0x${value.toString(16)}`;
  switch (outcome.kind) {
    case 'plan':
      return {
        totals: outcome.totals.map(({ name, used, least, room }) => {
          return {
            space: name,
            used: hex(used),
            lowerBound: hex(least),
            slack: hex(used - least),
            apertures: hex(room),
          };
        }),
        topology: topologyDocument(tree, outcome.assignment),
      };
    case 'infeasible': {
      const { constraint, subject, missing, text: reason } = outcome.conflict;
      return { constraint, subject, missing: hex(missing), reason };
    }
    case 'undecided':
      return { reason: outcome.text };
  }
}
