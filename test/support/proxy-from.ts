/** A proxy on loopback whose connections come from one address: how a browser, which has no such option, becomes a viewer of its own. */
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface ProxyFrom {
  /** For the browser's settings. */
  readonly server: string;
  close(): void;
}

/** @param localAddress one of 127.0.0.0/8 */
export async function proxyFrom(localAddress: string): Promise<ProxyFrom> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // One end of a tunnel that breaks takes the other with it.
    socket.on('error', () => socket.destroy());
  };
  const server: Server = createServer();
  server.on('connect', (request, client: Socket, head: Buffer) => {
    const { hostname, port } = new URL(`http://${request.url}`);
    const upstream = connect({ host: hostname === 'localhost' ? '127.0.0.1' : hostname, port: Number(port), localAddress }, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    keep(client);
    keep(upstream);
    upstream.on('close', () => client.destroy());
    client.on('close', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
