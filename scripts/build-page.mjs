/**
 * Makes `dist/report/html/page.html`, into which a run puts its data: the client bundled into one script, the style, the
 * licences of what is in the bundle, and a policy that forbids every request. The same sources give the same bytes.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const top = fileURLToPath(new URL('..', import.meta.url));
const client = join(top, 'src/report/html/client');
const out = join(top, 'dist/report/html/page.html');

const [bundle] = await build({
  root: client,
  configFile: false,
  logLevel: 'warn',
  define: { 'process.env.NODE_ENV': '"production"' },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    write: false,
    minify: true,
    target: 'es2023',
    lib: { entry: join(client, 'main.tsx'), formats: ['iife'], name: 'page' },
  },
});
const chunk = bundle.output.find(({ type }) => type === 'chunk');

// Nothing in a script or a style may end its element.
const script = chunk.code
  .trim()
  .replaceAll('</script', String.raw`<\/script`)
  .replaceAll('<!--', String.raw`<\!--`);
const uplotStyle = readFileSync(join(top, 'node_modules/uplot/dist/uPlot.min.css'), 'utf8');
const style = `${uplotStyle.trim()}\n${readFileSync(join(client, 'style.css'), 'utf8').trim()}`;

const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const policy = [
  "default-src 'none'",
  `script-src ${hash(script)}`,
  `style-src ${hash(style)}`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const put = (text, place, content) => {
  if (text.split(place).length !== 2) throw new Error(`the template has no place, or several, for ${place}`);
  return text.replace(place, () => content);
};
let page = readFileSync(join(client, 'index.html'), 'utf8');
page = put(page, 'the policy', policy);
page = put(page, /<style>[^]*<\/style>/.exec(page)[0], `<style>${style}</style>`);
page = put(page, /<script>[^]*<\/script>/.exec(page)[0], `<script>${script}</script>`);
page = put(page, '</html>', `</html>\n<!--\n${licences(Object.keys(chunk.modules))}\n-->`);
mkdirSync(dirname(out), { recursive: true });
writeFileSync(out, page);

/** The licences of the packages whose modules are in the bundle. */
function licences(modules) {
  const packages = modules.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  return [...new Set([...packages, join(top, 'node_modules/uplot')])]
    .toSorted()
    .map((folder) => {
      const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
      if (file === undefined) throw new Error(`${relative(top, folder)} has no licence`);
      // Two hyphens would end a comment early.
      return `This page contains ${name} ${version}:\n\n${readFileSync(join(folder, file), 'utf8').trim().replaceAll('--', '- -')}`;
    })
    .join('\n\n');
}
