import { serveSample } from './serveSample.ts';

// The API in a process of its own; its URL goes to the parent.
const server = await serveSample();
process.send?.(server.url);
process.once('disconnect', () => {
  void server.close();
});
