/** What broke: a list that can be searched, and each finding with all that is known of it. */

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { PageData, PageFinding, PageRule } from '../page-data.ts';
import { Bits } from './bits.tsx';
import { Command } from './copy.tsx';
import { findingInAddress, showPicture, useAddress, usePrinting } from './navigation.ts';
import { Paged } from './paged.tsx';
import { grouped, plural } from './words.ts';

const PAGE = 50;

export function Findings({ data }: { data: PageData }) {
  const [text, setText] = useState('');
  const [kind, setKind] = useState<'all' | 'new' | 'known'>('all');
  const asked = useAddress(findingInAddress);
  const rules = useMemo(() => new Map(data.rules.map((rule) => [rule.id, rule])), [data]);
  const words = useMemo(() => data.findings.map((finding) => searchable(finding, rules.get(finding.rule))), [data]);
  const found = useMemo(() => {
    const wanted = text.toLowerCase().trim().split(/\s+/);
    return data.findings.filter(
      (finding, index) =>
        (kind === 'all' || finding.known === (kind === 'known')) &&
        wanted.every((word) => words[index]!.includes(word)),
    );
  }, [data, text, kind]);
  // Whoever follows a link to a finding sees it, whatever the filter says.
  const shown = found.some(({ id }) => id === asked)
    ? found
    : [...data.findings.filter(({ id }) => id === asked), ...found];
  const { findings } = data;
  const known = findings.filter((finding) => finding.known).length;
  return (
    <section id="findings" aria-labelledby="findings-title">
      <h2 id="findings-title">Findings</h2>
      {findings.length === 0 ? (
        <p class="empty">Nothing was found.</p>
      ) : (
        <>
          <form class="filters" role="search" aria-label="Findings" onSubmit={(event) => event.preventDefault()}>
            <label>
              Search
              <input
                type="search"
                value={text}
                placeholder="rule, function, register, words"
                onInput={(event) => setText(event.currentTarget.value)}
              />
            </label>
            {known > 0 && known < findings.length ? (
              <label>
                Show
                <select value={kind} onChange={(event) => setKind(event.currentTarget.value as typeof kind)}>
                  <option value="all">all {grouped(findings.length)}</option>
                  <option value="new">{grouped(findings.length - known)} new</option>
                  <option value="known">{grouped(known)} known</option>
                </select>
              </label>
            ) : null}
            <span class="count" role="status" aria-live="polite">
              {shown.length === findings.length
                ? plural(findings.length, 'finding')
                : `${grouped(shown.length)} of ${plural(findings.length, 'finding')}`}
            </span>
          </form>
          <Paged
            items={shown}
            step={PAGE}
            noun="finding"
            reset={`${text} ${kind}`}
            atLeast={asked === undefined ? 0 : shown.findIndex(({ id }) => id === asked) + 1}
          >
            {(some) => (
              <ol class="findings">
                {some.map((finding) => (
                  <Finding
                    key={finding.id}
                    finding={finding}
                    rule={rules.get(finding.rule)}
                    data={data}
                    isAsked={finding.id === asked}
                    isFirst={finding === data.findings[0] && finding.gating}
                  />
                ))}
              </ol>
            )}
          </Paged>
        </>
      )}
    </section>
  );
}

function searchable(finding: PageFinding, rule: PageRule | undefined): string {
  const { id, function: f, register, shape, where, kind, access } = finding;
  return [id, f, register, shape, where, kind, access, rule?.title, rule?.strength].join(' ').toLowerCase();
}

interface FindingProps {
  finding: PageFinding;
  rule: PageRule | undefined;
  data: PageData;
  isAsked: boolean;
  isFirst: boolean;
}

function Finding({ finding, rule, data, isAsked, isFirst }: FindingProps) {
  const [isOpen, setOpen] = useState(isFirst);
  const isPrinting = usePrinting();
  const element = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (!isAsked) return;
    setOpen(true);
    element.current?.scrollIntoView({ block: 'start' });
  }, [isAsked]);
  const shows = isOpen || isPrinting;
  const state = finding.known ? 'known' : finding.gating ? 'new' : 'weak';
  return (
    <li ref={element} class={`finding ${state}`} id={`finding=${finding.id}`}>
      <h3>
        <button type="button" aria-expanded={shows} onClick={() => setOpen(!isOpen)}>
          <span class="strength">{finding.known ? 'known' : (rule?.strength ?? '')}</span>
          <span class="rule">{finding.rule}</span>
          <span class="title">{rule?.title ?? ''}</span>
          <span class="of">{[finding.function, finding.register].filter((part) => part !== '').join(' · ')}</span>
          <span class="times" title="occurrences">
            {finding.count === 1 ? '' : `× ${grouped(finding.count)}`}
          </span>
        </button>
      </h3>
      {shows ? <Story finding={finding} rule={rule} data={data} /> : null}
    </li>
  );
}

function Story({ finding, rule, data }: Pick<FindingProps, 'finding' | 'rule' | 'data'>) {
  const { bits, before } = finding;
  const steps = finding.steps.filter((step) => !step.startsWith('#'));
  const isScenario = finding.steps.length > 0;
  return (
    <div class="story">
      {rule === undefined ? null : (
        <blockquote class="demand">
          <p>{rule.statement}</p>
          <footer>
            {rule.strength} by <cite>{rule.citation}</cite>
          </footer>
        </blockquote>
      )}
      {isScenario ? <h4>Steps</h4> : null}
      {isScenario && steps.length === 0 ? <p>None: finding the functions of the target is enough.</p> : null}
      {steps.length === 0 ? null : (
        <ol class="steps">
          {steps.map((step) => (
            <li>
              <code>{step}</code>
            </li>
          ))}
        </ol>
      )}
      {finding.stepsOmitted > 0 ? <p class="hint">and {plural(finding.stepsOmitted, 'step')} more</p> : null}
      <h4>The access that broke the rule</h4>
      <ol
        class={finding.index < 0 ? 'accesses unnumbered' : 'accesses'}
        start={Math.max(0, finding.index - before.length)}
      >
        {before.map((line) => (
          <li>
            <code>{line}</code>
          </li>
        ))}
        <li class="broke">
          <code>{finding.access === '' ? 'at the end of the trace' : finding.access}</code>
        </li>
      </ol>
      <dl class="facts">
        <dt>where</dt>
        <dd>
          {finding.where}
          {finding.picture >= 0 && finding.index >= 0 ? (
            <>
              {' '}
              <button type="button" class="link" onClick={() => showPicture(finding.picture, finding.index)}>
                show in the address map
              </button>
            </>
          ) : null}
        </dd>
        {finding.function === '' ? null : (
          <>
            <dt>function</dt>
            <dd>
              {finding.function}, {finding.kind}
            </dd>
          </>
        )}
        <dt>register</dt>
        <dd>{finding.register}</dd>
        <dt>expected</dt>
        <dd class="value">{finding.expected}</dd>
        <dt>read</dt>
        <dd class="value actual">{finding.actual}</dd>
        <dt>because</dt>
        <dd>{finding.explanation}</dd>
        {finding.known ? (
          <>
            <dt>accepted</dt>
            <dd>{finding.reason === '' ? '(no reason given)' : finding.reason}</dd>
          </>
        ) : null}
        {finding.excusedBy === '' ? null : (
          <>
            <dt>excused by</dt>
            <dd>
              <code>{finding.excusedBy}</code> in the choices of the profile, if it is meant
            </dd>
          </>
        )}
        {finding.reproduced ? null : (
          <>
            <dt>again</dt>
            <dd>it did not come back on a fresh machine</dd>
          </>
        )}
        {finding.alike === null ? null : (
          <>
            <dt>like</dt>
            <dd>
              <a href={`#finding=${finding.alike}`}>
                <code>{finding.alike}</code>
              </a>
              , which breaks the same rule in the same way
            </dd>
          </>
        )}
        <dt>identity</dt>
        <dd>
          <a href={`#finding=${finding.id}`}>
            <code>{finding.id}</code>
          </a>
        </dd>
      </dl>
      {bits === null ? null : (
        <>
          <h4>Bit by bit</h4>
          <Bits bits={bits} fields={data.fields[bits.fields] ?? []} />
        </>
      )}
      <h4>Run it again</h4>
      <Command text={finding.command} place={finding.place} />
    </div>
  );
}
