// The real server, for the tests that Node runs.
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import path from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
export const binary = process.env.NEARER || path.join(root, 'build/nearer');

// A `nearer serve` that can be ended and started again on its port.
export class Serving {
  // `errors`: what becomes of its stderr.
  constructor(db, {options = [], variables = {}, errors = 'inherit'}) {
    this.db = db;
    this.options = options;
    this.variables = variables;
    this.errors = errors;
    this.port = 0;
  }

  async start() {
    this.process = spawn(
        binary,
        [
          'serve', '--listen', `127.0.0.1:${this.port}`, '--db', this.db,
          ...this.options,
        ],
        {
          stdio: ['ignore', 'pipe', this.errors],
          env: {...process.env, ...this.variables},
        });
    for await (const line of createInterface({input: this.process.stdout})) {
      const at = /http:\/\/127\.0\.0\.1:(\d+)\//.exec(line);
      if (!at) continue;
      this.port = Number(at[1]);
      return;
    }
    throw new Error(`${binary} did not start`);
  }

  get url() {
    return `http://127.0.0.1:${this.port}/`;
  }

  // Gives its exit code; null when the signal ended it.
  async end(signal) {
    const gone = once(this.process, 'exit');
    this.process.kill(signal);
    return (await gone)[0];
  }
}
