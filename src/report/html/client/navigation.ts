/** Where the reader is, as the address of the page tells, and what is being shown. */

import { useEffect, useState } from 'preact/hooks';

export const findingInAddress = (hash: string): string | undefined => {
  const found = /^#finding=(.+)$/.exec(hash)?.[1];
  try {
    return found === undefined ? undefined : decodeURIComponent(found);
  } catch {
    // An address by hand: there is no such finding.
    return undefined;
  }
};

/** A value that hangs on the address of the page. */
export function useAddress<T>(of: (hash: string) => T): T {
  const [value, setValue] = useState(() => of(location.hash));
  useEffect(() => {
    const follow = (): void => setValue(() => of(location.hash));
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return value;
}

/** Whether the page is being printed. */
export function usePrinting(): boolean {
  const media = matchMedia('print');
  const [isPrinting, setPrinting] = useState(media.matches);
  useEffect(() => {
    const follow = (): void => setPrinting(media.matches);
    media.addEventListener('change', follow);
    return () => media.removeEventListener('change', follow);
  }, []);
  return isPrinting;
}

type Listener = (picture: number, index: number) => void;
const listeners = new Set<Listener>();

/** Brings a moment of a picture into view. */
export function showPicture(picture: number, index: number): void {
  for (const listener of listeners) listener(picture, index);
  document.getElementById('addresses')?.scrollIntoView();
}

export function onShowPicture(listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
