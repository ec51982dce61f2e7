// What channel tests share.
import {once} from 'node:events';
import net from 'node:net';

import {Serving} from '../serving.mjs';

export async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const {port} = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

export class Server extends Serving {
  constructor(db, variables) {
    super(db, {variables, errors: 'ignore'});
  }
}
