/** The whole page: the verdict, then what broke, then what was judged, then the pictures, then the circumstances. */

import type { PageData } from '../page-data.ts';
import { About } from './about.tsx';
import { AddressMap } from './address-map.tsx';
import { Curves } from './curves.tsx';
import { Findings } from './findings.tsx';
import { Interrupts } from './interrupts.tsx';
import { Pictures } from './pictures.tsx';
import { Rules } from './rules.tsx';

const VERDICTS = { conforms: 'Conforms', diverges: 'Diverges', incomplete: 'Incomplete' } as const;

export function App({ data }: { data: PageData }) {
  const isCampaign = data.curves.some(({ accesses }) => accesses.length > 1);
  const links: [string, string][] = [
    ['findings', 'Findings'],
    ['rules', 'Rules'],
    ...(data.pictures.length > 0
      ? ([
          ['addresses', 'Address map'],
          ['interrupts', 'Interrupts'],
        ] as [string, string][])
      : []),
    ...(isCampaign ? ([['campaign', 'Campaign']] as [string, string][]) : []),
    ['about', 'Inputs and choices'],
  ];
  return (
    <>
      <a class="skip" href="#findings">
        Skip to the findings
      </a>
      <header class={`head ${data.verdict}`}>
        <p class="tool">
          <span class="name">Barometer</span> <code>{data.command}</code> · {data.target}
          {data.seed === '' ? null : (
            <>
              {' '}
              · seed <code>{data.seed}</code>
            </>
          )}
        </p>
        <h1>
          {data.headline === VERDICTS[data.verdict] ? null : <span class="badge">{VERDICTS[data.verdict]}</span>}
          {data.headline}
        </h1>
        {data.details.map((line) => (
          <p class="detail">{line}</p>
        ))}
        <dl class="totals">
          {data.totals.map(([name, value]) => (
            <div>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </header>
      <nav aria-label="Sections">
        <ul>
          {links.map(([id, title]) => (
            <li>
              <a href={`#${id}`}>{title}</a>
            </li>
          ))}
        </ul>
      </nav>
      <main>
        {data.omissions.length === 0 ? null : (
          <aside class="omissions" aria-label="What is not on this page">
            <h2>Not on this page</h2>
            <ul>
              {data.omissions.map((line) => (
                <li>{line}</li>
              ))}
            </ul>
          </aside>
        )}
        <Findings data={data} />
        <Rules rules={data.rules} />
        {data.pictures.length > 0 ? (
          <Pictures pictures={data.pictures}>
            {(picture, moment) => (
              <>
                <AddressMap picture={picture} moment={moment} />
                <Interrupts picture={picture} moment={moment} />
              </>
            )}
          </Pictures>
        ) : null}
        {isCampaign ? <Curves curves={data.curves} /> : null}
        <About data={data} />
      </main>
      <footer>
        <p>
          {data.tool}. Everything on this page is in this file; <code>results.json</code> and <code>timeline.json</code>{' '}
          beside it have the same for programs and for Perfetto.
        </p>
      </footer>
    </>
  );
}
