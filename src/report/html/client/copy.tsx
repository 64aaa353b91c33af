/** A command with a button that copies it. */

import { useState } from 'preact/hooks';

export function Command({ text, place }: { text: string; place: string }) {
  const [said, setSaid] = useState('');
  const copy = async (): Promise<void> => {
    const isCopied = await toClipboard(text);
    setSaid(isCopied ? 'Copied' : 'The browser does not allow it; select the text instead');
  };
  return (
    <div class="command">
      <pre>
        <code>{text}</code>
      </pre>
      <button type="button" onClick={() => void copy()}>
        Copy<span class="hidden"> the command</span>
      </button>
      <span class="said" role="status" aria-live="polite">
        {said}
      </span>
      {place === '' ? null : (
        <p class="hint">
          in <code>{place}</code> beside this page
        </p>
      )}
    </div>
  );
}

/** Files that are opened from a disk have no clipboard in some browsers: then a selection is copied. */
async function toClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    area.className = 'hidden';
    document.body.append(area);
    area.select();
    // The old way is the only other one.
    const isCopied = document.execCommand('copy');
    area.remove();
    return isCopied;
  }
}
