/** The pictures of one trace at a time, and a choice of traces. */

import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { PagePicture } from '../page-data.ts';
import { onShowPicture } from './navigation.ts';
import { grouped } from './words.ts';

interface Props {
  pictures: readonly PagePicture[];
  children: (picture: PagePicture) => ComponentChildren;
}

export function Pictures({ pictures, children }: Props) {
  const [chosen, setChosen] = useState(() =>
    Math.max(
      0,
      pictures.findIndex(({ divergences }) => divergences.length > 0),
    ),
  );
  useEffect(() => onShowPicture((picture) => setChosen(picture)), []);
  const picture = pictures[chosen] ?? pictures[0]!;
  return (
    <>
      {pictures.length === 1 ? null : (
        <form class="filters traces" onSubmit={(event) => event.preventDefault()}>
          <label>
            Trace
            <select value={chosen} onChange={(event) => setChosen(Number(event.currentTarget.value))}>
              {pictures.map(({ name, steps }, index) => (
                <option value={index}>
                  {name} ({grouped(steps)})
                </option>
              ))}
            </select>
          </label>
        </form>
      )}
      {children(picture)}
    </>
  );
}
