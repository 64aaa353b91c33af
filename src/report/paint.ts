import { styleText } from 'node:util';

/** How text stands out on a terminal. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** Puts text in a style, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

/** For streams that are not a terminal, and for tests. */
export const plain: Paint = (_, text) => text;

/** Colours for one stream; NO_COLOR, FORCE_COLOR and whether it is a terminal decide. */
export function paintFor(stream: NodeJS.WriteStream): Paint {
  return (style, text) => styleText(style, text, { stream });
}
