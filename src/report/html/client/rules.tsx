/** The catalogue of rules with what became of each, by area. */

import { useMemo, useState } from 'preact/hooks';
import type { PageRule, RuleState } from '../page-data.ts';
import { grouped, plural } from './words.ts';

const STATES: readonly RuleState[] = [
  'broken',
  'exercised',
  'never reached',
  'not applicable',
  'switched off',
  'not observable',
];
const MEANINGS: Readonly<Record<RuleState, string>> = {
  broken: 'something was found',
  exercised: 'judged, and nothing was found',
  'never reached': 'nothing in this run gave it anything to judge',
  'not applicable': 'no function that was looked at has what it is about',
  'switched off': 'it was not judged: --skip or --only',
  'not observable': 'no trace of one machine can show it broken',
};

export function Rules({ rules }: { rules: readonly PageRule[] }) {
  const [text, setText] = useState('');
  const [states, setStates] = useState<ReadonlySet<RuleState>>(new Set(STATES));
  const counts = useMemo(
    () => new Map(STATES.map((state) => [state, rules.filter((rule) => rule.state === state)])),
    [],
  );
  const shown = useMemo(() => {
    const wanted = text.toLowerCase().trim().split(/\s+/);
    const matches = ({ id, title, area, strength, citation, statement }: PageRule): boolean => {
      const all = [id, title, area, strength, citation, statement].join(' ').toLowerCase();
      return wanted.every((word) => all.includes(word));
    };
    return rules.filter((rule) => states.has(rule.state) && matches(rule));
  }, [text, states]);
  const areas = [...new Set(shown.map(({ area }) => area))];
  const toggle = (state: RuleState): void => {
    const next = new Set(states);
    if (!next.delete(state)) next.add(state);
    setStates(next);
  };
  return (
    <section id="rules" aria-labelledby="rules-title">
      <h2 id="rules-title">Rules</h2>
      <Bar rules={rules} />
      <form class="filters" role="search" aria-label="Rules" onSubmit={(event) => event.preventDefault()}>
        <label>
          Search
          <input
            type="search"
            value={text}
            placeholder="id, title, section, words"
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <fieldset>
          <legend class="hidden">State</legend>
          {STATES.map((state) => (
            <label class={`chip ${state.replaceAll(' ', '-')}`} title={MEANINGS[state]}>
              <input type="checkbox" checked={states.has(state)} onChange={() => toggle(state)} />
              {state} <b>{grouped(counts.get(state)!.length)}</b>
            </label>
          ))}
        </fieldset>
        <span class="count" role="status" aria-live="polite">
          {shown.length === rules.length
            ? plural(rules.length, 'rule')
            : `${grouped(shown.length)} of ${plural(rules.length, 'rule')}`}
        </span>
      </form>
      {areas.map((area) => (
        <Area name={area} rules={shown.filter((rule) => rule.area === area)} />
      ))}
    </section>
  );
}

/** How many of the rules are in which state, as a bar. */
function Bar({ rules }: { rules: readonly PageRule[] }) {
  const parts = STATES.map((state) => [state, rules.filter((rule) => rule.state === state).length] as const);
  const text = parts.map(([state, count]) => `${count} ${state}`).join(', ');
  return (
    <svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" role="img" aria-label={text}>
      {parts.map(([state, count], index) => {
        const before = parts.slice(0, index).reduce((sum, [, some]) => sum + some, 0);
        const x = (1000 * before) / rules.length;
        return (
          <rect class={state.replaceAll(' ', '-')} x={x} y="0" width={(1000 * count) / rules.length} height="10" />
        );
      })}
    </svg>
  );
}

function Area({ name, rules }: { name: string; rules: readonly PageRule[] }) {
  const told = STATES.map((state) => [state, rules.filter((rule) => rule.state === state).length] as const)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${state}`)
    .join(', ');
  return (
    <section class="area">
      <h3>
        {name} <span class="hint">{told}</span>
      </h3>
      <ul>
        {rules.map((rule) => (
          <li class={rule.state.replaceAll(' ', '-')}>
            <details>
              <summary>
                <span class="state">{rule.state}</span>
                <span class="rule">{rule.id}</span>
                <span class="title">{rule.title}</span>
                <span class="times">
                  {rule.broken > 0 ? `${grouped(rule.broken)} of ` : ''}
                  {rule.exercised > 0 ? `${grouped(rule.exercised)} judged` : ''}
                </span>
              </summary>
              <p>{rule.statement}</p>
              {rule.why === '' ? null : (
                <p class="hint">
                  {rule.state === 'not observable' ? 'Not observable' : 'Not applicable'}: {rule.why}
                </p>
              )}
              <p class="hint">
                {rule.strength} by <cite>{rule.citation}</cite>
              </p>
            </details>
          </li>
        ))}
      </ul>
    </section>
  );
}
