/** What was checked, under which choices, and what was noted beside the verdict. */

import type { PageData, PageInput } from '../page-data.ts';
import { Paged } from './paged.tsx';
import { grouped, plural } from './words.ts';

export function About({ data }: { data: PageData }) {
  const { inputs, choices, excused, complaints, notes } = data;
  return (
    <section id="about" aria-labelledby="about-title">
      <h2 id="about-title">Inputs and choices</h2>
      <h3>{plural(inputs.length, 'input')}</h3>
      {inputs.map((input) => (
        <Input input={input} isOpen={inputs.length === 1} />
      ))}
      <h3>Choices</h3>
      {choices.length === 0 ? (
        <p class="empty">None was stated, and none was learned.</p>
      ) : (
        <div class="scroll">
          <table>
            <caption class="hidden">Choices in force</caption>
            <thead>
              <tr>
                <th scope="col">choice</th>
                <th scope="col">value</th>
                <th scope="col">from</th>
                <th scope="col">meaning</th>
              </tr>
            </thead>
            <tbody>
              {choices.map(({ name, value, how, meaning }) => (
                <tr>
                  <th scope="row">
                    <code>{name}</code>
                  </th>
                  <td>
                    <code>{value}</code>
                  </td>
                  <td>{how === 'stated' ? 'the profile' : 'this run'}</td>
                  <td>{meaning}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {excused.length === 0 ? null : (
        <>
          <h3>What they excused</h3>
          <ul class="plain">
            {excused.map(({ choice, rule, count }) => (
              <li>
                <code>{choice}</code>: {plural(count, 'divergence')} of {rule}
              </li>
            ))}
          </ul>
        </>
      )}
      {complaints.length === 0 ? null : (
        <>
          <h3>The profile is not in order</h3>
          <ul class="plain">
            {complaints.map((line) => (
              <li>{line}</li>
            ))}
          </ul>
        </>
      )}
      {notes.length === 0 ? null : (
        <>
          <h3>Notes</h3>
          <p class="hint">Worth knowing, and no verdict about the target: obligations of the guest, and assumptions.</p>
          <Paged items={notes} step={30} noun="note" reset="">
            {(some) => (
              <ul class="plain notes">
                {some.map(({ where, topic, function: f, text, count }) => (
                  <li>
                    <span class="rule">{topic}</span> {text}{' '}
                    <span class="hint">
                      {[f, where, count > 1 ? `× ${grouped(count)}` : ''].filter((part) => part !== '').join(', ')}
                    </span>
                  </li>
                ))}
              </ul>
            )}
          </Paged>
        </>
      )}
    </section>
  );
}

function Input({ input, isOpen }: { input: PageInput; isOpen: boolean }) {
  const { name, sha256, format, profile, accesses, events, undecoded, problems, problemCount, functions, origin } =
    input;
  return (
    <details class="input" open={isOpen}>
      <summary>
        <span class="name">{name}</span>
        <span class="hint">
          {plural(accesses, 'access', 'accesses')}, {plural(functions.length, 'function')}
          {problemCount > 0 ? `, ${plural(problemCount, 'problem')}` : ''}
        </span>
      </summary>
      <dl class="facts">
        <dt>format</dt>
        <dd>{format === '' ? 'not known' : format}</dd>
        <dt>profile</dt>
        <dd>{profile === '' ? 'none' : profile}</dd>
        <dt>events</dt>
        <dd>{grouped(events)}</dd>
        <dt>undecoded</dt>
        <dd>{plural(undecoded, 'access', 'accesses')}</dd>
        <dt>bits known</dt>
        <dd>{(Math.floor(input.knownBits * 1000) / 10).toFixed(1)} % of what was answered was known beforehand</dd>
        {origin.map(([word, text]) => (
          <>
            <dt>{word}</dt>
            <dd>{text}</dd>
          </>
        ))}
        <dt>SHA-256</dt>
        <dd class="hash">{sha256}</dd>
      </dl>
      {problems.length === 0 ? null : (
        <ul class="plain problems">
          {problems.map((line) => (
            <li>{line}</li>
          ))}
          {problemCount > problems.length ? <li>and {grouped(problemCount - problems.length)} more</li> : null}
        </ul>
      )}
      {functions.length === 0 ? null : (
        <div class="scroll">
          <table>
            <caption class="hidden">Functions at the end</caption>
            <thead>
              <tr>
                <th scope="col">function</th>
                <th scope="col">class</th>
                <th scope="col">vendor:device</th>
              </tr>
            </thead>
            <tbody>
              {functions.map((one) => (
                <tr>
                  <th scope="row">
                    <code>{one.function}</code>
                  </th>
                  <td>{one.class}</td>
                  <td>
                    <code>{one.kind}</code>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}
