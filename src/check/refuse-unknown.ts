/** Choices and rules by names that do not exist would be passed over in silence, and nothing would be found. */

import { choiceAllows, choiceByName } from '../spec/choices.ts';
import { ruleById } from '../spec/rules.ts';
import type { TrialOptions } from './lockstep/trial.ts';

/** `caller` is named in the messages. Throws a RangeError for the first name or value that does not exist. */
export function refuseUnknown(
  caller: string,
  { choices = {}, skip = new Set() }: Pick<TrialOptions, 'choices' | 'skip'>,
): void {
  for (const [name, value] of Object.entries(choices)) {
    const choice = choiceByName(name);
    if (choice === undefined) throw new RangeError(`${caller}: choices: there is no choice '${name}'.`);
    if (!choiceAllows(choice, value))
      throw new RangeError(
        `${caller}: choices: the values of ${name} are ${choice.values.join(', ')}; this is '${value}'.`,
      );
  }
  for (const id of skip)
    if (ruleById(id) === undefined) throw new RangeError(`${caller}: skip: there is no rule '${id}'.`);
}
