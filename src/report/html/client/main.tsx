/** Draws the page from the data that is embedded in it. */

import { render } from 'preact';
import type { PageData } from '../page-data.ts';
import { App } from './app.tsx';

const data = JSON.parse(document.getElementById('data')!.textContent) as PageData;
document.title = `${data.headline} · Barometer`;
render(<App data={data} />, document.getElementById('page')!);
// Whoever waits for the page knows by this that it can be used.
document.documentElement.dataset['ready'] = 'yes';
