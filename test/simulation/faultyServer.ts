import type { Random } from './random.ts';
import type { SourcePlan } from './schedule.ts';
import type { WireReply, WireServer } from './wire.ts';

/** How the honest part of a server answers. */
export type Answer = (path: string, body: string, strays: boolean) => WireReply;

/**
 * A server that fails, hangs and tarries as its plan says, and else answers. Whatever it draws, it
 * draws by the number of the call, so that no other server's calls change it.
 *
 * @param onCall told of each call just before it is answered
 */
export function createFaultyServer(
  { fault, latency }: SourcePlan,
  answer: Answer,
  random: Random,
  onCall: (call: number) => void = () => {},
): WireServer {
  let asked = 0;
  let answered = 0;
  return {
    delay() {
      const [least, most] = fault?.kind === 'slow' ? [fault.ms, fault.ms] : latency;
      return random.fork(`delay ${asked++}`).between(least, most);
    },
    answer(path, body) {
      const call = ++answered;
      onCall(call);
      if (fault?.kind === 'hangs' && isWithin(call, fault)) return 'hang';
      if (fault?.kind === 'fails' && isWithin(call, fault)) {
        switch (fault.how) {
          case 'error':
            return { status: 500, body: 'Internal Server Error' };
          case 'garbage':
            return { status: 200, body: '<html>maintenance</html>' };
          case 'rate-limited':
            return { status: 429, headers: { 'retry-after': '1' }, body: 'slow down' };
          default:
            return fault.how;
        }
      }
      const strays = fault?.kind === 'strays' && random.fork(`stray ${call}`).chance(fault.share);
      return answer(path, body, strays);
    },
  };
}

function isWithin(call: number, { from, to }: { readonly from: number; readonly to: number }) {
  return call >= from && call <= to;
}
