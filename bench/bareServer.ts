import { fastify } from 'fastify';

// The reference: a bare Fastify in a process of its own, with one route for each path of the command
// line, which sends what the server named first sends there.
const [origin = '', ...paths] = process.argv.slice(2);
const app = fastify();
for (const path of paths) {
  const response = await fetch(origin + path);
  const contentType = response.headers.get('content-type') ?? '';
  const body = await response.text();
  app.get(path, (_request, reply) => {
    reply.header('content-type', contentType).send(body);
  });
}
process.send?.(await app.listen({ host: '127.0.0.1', port: 0 }));
process.once('disconnect', () => {
  void app.close();
});
