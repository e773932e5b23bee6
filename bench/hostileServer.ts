import { serveSample } from '../test/support/serveSample.ts';

// The API in a process of its own. Its URL goes to the parent; then, for each message, how long its event
// loop stood still at most, and the most memory that it had, since the message before. Counted is the
// processor time of its thread between two ticks: what others on the machine take is not its standstill.
const server = await serveSample();

let peak = process.memoryUsage.rss();
let longest = 0;
let usage = process.threadCpuUsage();
const ticking = setInterval(() => {
  const { user, system } = process.threadCpuUsage(usage);
  usage = process.threadCpuUsage();
  longest = Math.max(longest, user + system);
  peak = Math.max(peak, process.memoryUsage.rss());
}, 5);

process.on('message', () => {
  process.send?.({ standstillMs: longest / 1e3, peakMb: peak / 1e6 });
  peak = process.memoryUsage.rss();
  longest = 0;
});
process.send?.(server.url);
process.once('disconnect', () => {
  clearInterval(ticking);
  void server.close();
});
