/** The conforming forms of all rule cases: what a correct machine may do in corners that no trace shows. */

import { Access } from '../../src/access/access.ts';
import type { Event } from '../../src/access/event.ts';
import { isAccess, parseLine } from '../../src/access/text.ts';
import * as aer from '../../test/rules/aer.ts';
import * as barDecode from '../../test/rules/bar-decode.ts';
import * as bar from '../../test/rules/bar.ts';
import * as brg from '../../test/rules/brg.ts';
import * as cam from '../../test/rules/cam.ts';
import * as cap from '../../test/rules/cap.ts';
import type { RuleCase } from '../../test/rules/case.ts';
import * as cmd from '../../test/rules/cmd.ts';
import * as ea from '../../test/rules/ea.ts';
import * as ecam from '../../test/rules/ecam.ts';
import * as ecap from '../../test/rules/ecap.ts';
import { caseMachine, expandCase } from '../../test/rules/expand.ts';
import * as hdr from '../../test/rules/hdr.ts';
import * as hp from '../../test/rules/hp.ts';
import * as map from '../../test/rules/map.ts';
import * as msi from '../../test/rules/msi.ts';
import * as msixMessage from '../../test/rules/msix-message.ts';
import * as msix from '../../test/rules/msix.ts';
import * as pcie from '../../test/rules/pcie.ts';
import * as pm from '../../test/rules/pm.ts';
import * as rbar from '../../test/rules/rbar.ts';
import * as rom from '../../test/rules/rom.ts';
import * as rst from '../../test/rules/rst.ts';
import * as rte from '../../test/rules/rte.ts';
import * as sts from '../../test/rules/sts.ts';
import * as vio from '../../test/rules/vio.ts';
import type { Program } from './program.ts';

const AREAS: readonly { cases: readonly RuleCase[] }[] = [
  [aer, barDecode, bar, brg, cam, cap, cmd, ea, ecam, ecap, hdr, hp, map],
  [msi, msixMessage, msix, pcie, pm, rbar, rom, rst, rte, sts, vio],
].flat();

/** A conforming form, read. */
interface Form {
  rule: string;
  choices: Readonly<Record<string, string>>;
  entries: readonly (Access | Event)[];
}

const FORMS: readonly Form[] = AREAS.flatMap(({ cases }) => cases.flatMap(formsOf));

function formsOf(ruleCase: RuleCase): Form[] {
  const { given, conforming } = expandCase(ruleCase);
  return conforming.map((steps) => ({
    rule: ruleCase.rule,
    choices: ruleCase.choices ?? {},
    entries: [...given, ...steps].flatMap((line) => parseLine(line, new Access()) ?? []),
  }));
}

/** How many forms diverge, by the rule of their case. */
export function judgeCases(program: Program): Record<string, number> {
  const wrong: Record<string, number> = {};
  for (const form of FORMS) if (diverges(program, form)) wrong[form.rule] = (wrong[form.rule] ?? 0) + 1;
  return wrong;
}

function diverges({ Model }: Program, { choices, entries }: Form): boolean {
  let found = false;
  const model = new Model({
    machine: caseMachine(),
    choices,
    skip: new Set(),
    divergence: () => {
      found = true;
    },
    note: () => undefined,
  });
  for (const entry of entries) {
    if (isAccess(entry)) model.access(entry);
    else model.event({ ...entry, line: 0 });
  }
  model.finish();
  return found;
}
