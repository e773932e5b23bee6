/** What a server sends for one request: an answer, or what is wrong instead of it. */
export type WireReply =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: string;
    }
  /** Closes the connection without a byte. */
  | 'reset'
  /** Closes it in the middle of the answer. */
  | 'cut'
  /** Never answers. */
  | 'hang';

/** A server, whatever carries its requests. */
export interface WireServer {
  /** How long the answer to this request takes, in milliseconds. */
  delay(): number;
  /** @param path of an HTTP request; empty for a line of another protocol */
  answer(path: string, body: string): WireReply;
}
