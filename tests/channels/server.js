// The real server, and what channel tests share.
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import net from 'node:net';
import path from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const binary = process.env.NEARER || path.join(root, 'build/nearer');

export async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const {port} = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

// A `nearer serve` that can be killed and started again on its port.
export class Server {
  constructor(db, variables) {
    this.db = db;
    this.variables = variables;
    this.port = 0;
  }

  async start() {
    this.process = spawn(
        binary,
        ['serve', '--listen', `127.0.0.1:${this.port}`, '--db', this.db],
        {
          stdio: ['ignore', 'pipe', 'ignore'],
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

  async end(signal) {
    const gone = once(this.process, 'exit');
    this.process.kill(signal);
    return (await gone)[0];
  }
}
