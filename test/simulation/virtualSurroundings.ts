import { servers, sleep } from './inProcessWire.ts';
import type { Surroundings } from './simulation.ts';
import type { VirtualTime } from './virtualTime.ts';

/** Everything in one process and in virtual time: the same in every run. */
export function createVirtualSurroundings(time: VirtualTime): Surroundings {
  servers.clear();
  return {
    async serve(name, _protocol, server) {
      const host = `${name}.simulated:8000`;
      servers.set(host, server);
      return host;
    },
    after: time.after,
    sleep: (milliseconds, signal) =>
      sleep(milliseconds, undefined, signal === undefined ? {} : { signal }),
    drive: (promise) => time.drive(promise),
    get elapsed() {
      return time.elapsed;
    },
  };
}
