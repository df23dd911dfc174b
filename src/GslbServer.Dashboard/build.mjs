// Makes wwwroot/: one script, one style, the page and its icon. `node build.mjs OTHER` writes to another folder, to compare.
import { build } from 'esbuild';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? join(here, 'wwwroot');
mkdirSync(out, { recursive: true });
const { metafile } = await build({
  metafile: true,
  absWorkingDir: here,
  entryPoints: { dashboard: 'src/main.ts' },
  outdir: out,
  bundle: true,
  minify: true,
  format: 'iife',
  target: ['es2022'],
  charset: 'utf8',
  legalComments: 'none',
  banner: { js: '/* GslbServer dashboard; licences of what it contains: licences.txt */' },
});
for (const file of ['index.html', 'icon.svg']) copyFileSync(join(here, 'src', file), join(out, file));

// What is bundled asks that its licence goes with it.
const bundled = new Set(Object.keys(metafile.inputs).map((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1]).filter(Boolean));
writeFileSync(join(out, 'licences.txt'), [...bundled].sort().map((name) => `${name}\n\n${readFileSync(join(here, 'node_modules', name, 'LICENSE'), 'utf8').trim().replace(/\r/g, '')}\n`).join('\n----\n\n'));
