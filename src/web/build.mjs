// Builds what the server gives to browsers, and writes it as assets.inc, the
// inside of the table in assets.cc:
//
//   node build.mjs OUT
//
// OUT also gets every file as it is served, and as gzip.
import {createHash} from 'node:crypto';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';

import {build} from 'esbuild';

const here = path.dirname(fileURLToPath(import.meta.url));

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
};

// One line for each path: what is served there is made of the file named. A
// .ts file is bundled with all that it imports (`form`: 'iife' for a plain
// script, 'esm' for a module), a .css file is minified, the rest is taken as
// it stands.
const ASSETS = [
  {path: '/', from: 'pages/index.html'},
  {path: '/page.css', from: 'pages/page.css'},
  {path: '/widget.js', from: 'launcher.ts', form: 'iife'},
  {path: '/chat.js', from: 'chat/chat.ts', form: 'esm'},
  {path: '/offline.js', from: 'offline.ts', form: 'iife'},
  {path: '/icon.svg', from: 'pages/icon.svg'},
  {path: '/history', from: 'pages/history.html'},
  {path: '/history.css', from: 'pages/history.css'},
  {path: '/history.js', from: 'history/history.ts', form: 'iife'},
  {path: '/replay', from: 'pages/replay.html'},
  {path: '/replay.css', from: 'pages/replay.css'},
  {path: '/replay.js', from: 'replay/replay.ts', form: 'iife'},
  {path: '/unheard', from: 'pages/unheard.html'},
  {path: '/unheard.css', from: 'pages/unheard.css'},
  {path: '/unheard.js', from: 'unheard/unheard.ts', form: 'iife'},
  {path: '/licences.txt', from: 'pages/licences.txt'},
];

// A style sheet imported by a script is a string, minified.
const styleSheetText = {
  name: 'style-sheet-text',
  setup({onLoad}) {
    onLoad({filter: /\.css$/}, async ({path: file}) => ({
      contents: await bundle({from: file}),
      loader: 'text',
    }));
  },
};

async function bundle({from, form}) {
  const sheet = from.endsWith('.css');
  const result = await build({
    absWorkingDir: here,
    entryPoints: [path.resolve(here, from)],
    bundle: true,
    write: false,
    minify: true,
    target: ['es2020', 'chrome100', 'firefox101', 'safari16'],
    format: sheet ? undefined : form,
    charset: 'utf8',
    legalComments: 'none',
    external: sheet ? ['*'] : [],  // its url()s stay as they are
    plugins: sheet ? [] : [styleSheetText],
    logLevel: 'warning',
  });
  return result.outputFiles[0].text;
}

async function bytesOf(asset) {
  if (asset.form || asset.from.endsWith('.css'))
    return Buffer.from(await bundle(asset));
  return readFileSync(path.join(here, asset.from));
}

function array(name, bytes) {
  const lines = [];
  for (let i = 0; i < bytes.length; i += 32)
    lines.push([...bytes.subarray(i, i + 32)].join(',') + ',');
  return `constexpr unsigned char ${name}[] = {\n${lines.join('\n')}\n};\n`;
}

const out = path.resolve(process.argv[2]);
const arrays = [];
const rows = [];
for (const [i, asset] of ASSETS.entries()) {
  const bytes = await bytesOf(asset);
  const gzip = gzipSync(bytes, {level: 9});
  const hash = createHash('sha256').update(bytes).digest('base64url');
  const type = TYPES[path.extname(asset.path) || path.extname(asset.from)];
  const file = path.join(out, asset.path === '/' ? 'index.html' : asset.path);
  mkdirSync(path.dirname(file), {recursive: true});
  writeFileSync(file, bytes);
  writeFileSync(`${file}.gz`, gzip);
  arrays.push(array(`kBytes${i}`, bytes), array(`kGzip${i}`, gzip));
  rows.push(`    {"${asset.path}", "${type}", View(kBytes${i}), ` +
            `View(kGzip${i}), "${hash.slice(0, 16)}"},`);
}
writeFileSync(
    path.join(out, 'assets.inc'),
    `${arrays.join('')}const Asset kAssets[] = {\n${rows.join('\n')}\n};\n`);
