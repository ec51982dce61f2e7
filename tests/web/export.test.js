// What a person takes along, read by a Markdown reader: their very words, and
// nothing in them is taken for markup.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {Parser} from 'commonmark';

import {scratch, Server} from './nearer.js';
import {writePast} from './weeks.js';

// Everything that could mean something, and random mixtures of it.
const PIECES = [
  '# ', '## x', '- ', '* ', '+ ', '1. ', '12) ', '> ', '    ', '\t', '***',
  '---', '===', '```', '~~~', '`', '``', '*', '**', '_', '__', '[', ']', '(',
  ')', '![', '](http://a.example "t")', '[x]: http://a.example', '<', '>',
  '<b>', '</b>', '<!--', '-->', '<http://a.example>', '<a@b.example>', '<?',
  '&amp;', '&#35;', '&', '\\', '\\\\', '\\*', '|', '| a | b |', '|---|---|',
  ':', '~', '~~', '$x$', '^', '{#id}', '@you', '"', "'", '!', '.', '…', '–',
  'é', 'שלום', '😀', '\u00a0', '\u2028', 'www.a.example',
  'https://a.example/_b_', 'a', 'word', ' ', '  ', '\n', '\n', '\n\n', '\r\n',
  '\n    code', '\n> quote', '\n- item', '\n1. one', '\n===', '\n---', '\u0001',
];

// A generator of numbers below `n`, the same ones in every run.
function* chance(seed) {
  for (let state = seed;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

function mixtures(count) {
  const numbers = chance(7);
  const below = (n) => Math.floor(numbers.next().value * n);
  return Array.from({length: count}, () => Array.from(
      {length: 1 + below(40)}, () => PIECES[below(PIECES.length)]).join(''));
}

// As it is shown: controls are spaces, spaces before a line do not break, those
// behind one are gone, and so are blank lines. The reader trims paragraphs.
function shown(words) {
  const lines = words.split(/\r\n|\r|\n/).map(
      // eslint-disable-next-line no-control-regex
      (line) => line.replace(/[\u0000-\u001f\u007f]/g, ' ')
                    .replace(/ +$/, '')
                    .replace(/^ +/, (spaces) => '\u00a0'.repeat(spaces.length)));
  return trimmed(lines.join('\n').split(/\n\n+/));
}

const trimmed = (paragraphs) =>
    paragraphs.map((text) => text.trim()).filter(Boolean);

// The text of a quotation's paragraphs; fails on any other thing in it.
function textOf(quotation) {
  const paragraphs = [];
  const walker = quotation.walker();
  for (let step = walker.next(); step; step = walker.next()) {
    const {node, entering} = step;
    if (!entering || node === quotation) continue;
    switch (node.type) {
      case 'paragraph': paragraphs.push(''); break;
      case 'text': paragraphs.push(paragraphs.pop() + node.literal); break;
      case 'linebreak': paragraphs.push(`${paragraphs.pop()}\n`); break;
      default: assert.fail(`a ${node.type} in ${paragraphs.join('\n\n')}`);
    }
  }
  return trimmed(paragraphs);
}

function quotations(document) {
  const found = [];
  for (let node = document.firstChild; node; node = node.next)
    if (node.type === 'block_quote') found.push(node);
  return found;
}

let folder, server;

before(() => {
  folder = scratch();
  server = new Server(folder.path('record.db'));
});

after(async () => {
  await server.kill();
  folder.remove();
});

test('a Markdown reader shows the very words that were written', async () => {
  const said = [...PIECES, ...mixtures(600)].filter(
      (words) => /[^\s\u0001\u00a0\u2028]/.test(words));
  const key = writePast(
      server.db, said.map((text) => ({text, after: 60})));
  await server.start();
  const response = await fetch(
      `${server.url}v1/conversations/${key.id}/export?format=md`,
      {headers: {Authorization: `Bearer ${key.token}`}});
  const markdown = await response.text();
  const quoted = quotations(new Parser().parse(markdown)).map(textOf);
  assert.equal(quoted.length, said.length);
  said.forEach((words, i) => assert.deepEqual(
      quoted[i], shown(words), JSON.stringify(words)));
});
