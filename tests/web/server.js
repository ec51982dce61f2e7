// A `nearer serve` that can be killed and started again on its port.
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import path from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';

export const root =
    path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const binary = process.env.NEARER || path.join(root, 'build/nearer');

export class Server {
  constructor(db) {
    this.db = db;
    this.port = 0;
  }

  async start() {
    this.process = spawn(
        binary,
        ['serve', '--listen', `127.0.0.1:${this.port}`, '--db', this.db],
        {stdio: ['ignore', 'pipe', 'inherit']});
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

  async kill() {
    const gone = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await gone;
  }
}
