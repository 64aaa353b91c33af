/** The pictures of one trace at a time, and a choice of traces. */

import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { PagePicture } from '../page-data.ts';
import { onShowPicture } from './navigation.ts';
import { grouped } from './words.ts';

interface Props {
  pictures: readonly PagePicture[];
  /** `moment`: what is to be in the middle at first; undefined: all of it is seen. */
  children: (picture: PagePicture, moment: number | undefined) => ComponentChildren;
}

export function Pictures({ pictures, children }: Props) {
  const [chosen, setChosen] = useState(() =>
    Math.max(
      0,
      pictures.findIndex(({ divergences }) => divergences.length > 0),
    ),
  );
  const [moment, setMoment] = useState<number>();
  useEffect(
    () =>
      onShowPicture((picture, index) => {
        setChosen(picture);
        setMoment(index);
      }),
    [],
  );
  const picture = pictures[chosen] ?? pictures[0]!;
  return (
    <>
      {pictures.length === 1 ? null : (
        <form class="filters traces" onSubmit={(event) => event.preventDefault()}>
          <label>
            Trace
            <select
              value={chosen}
              onChange={(event) => {
                setChosen(Number(event.currentTarget.value));
                setMoment(undefined);
              }}
            >
              {pictures.map(({ name, steps }, index) => (
                <option value={index}>
                  {name} ({grouped(steps)})
                </option>
              ))}
            </select>
          </label>
        </form>
      )}
      {children(picture, moment)}
    </>
  );
}
