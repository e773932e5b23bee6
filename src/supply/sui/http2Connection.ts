import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type ClientSessionRequestOptions,
  connect,
  constants,
  type OutgoingHttpHeaders,
} from 'node:http2';

/** One HTTP/2 connection at a time with one server, made when it is needed. */
export interface Http2Connection {
  /** The server's origin. */
  readonly authority: string;
  /** Begins a request; what becomes of the connection, the stream tells. */
  request(
    method: string,
    path: string,
    headers: OutgoingHttpHeaders,
    options: Omit<ClientSessionRequestOptions, 'signal'>,
  ): Promise<ClientHttp2Stream>;
  notifyResponseByteRead(): void;
  /** Lets what is under way end, and makes another connection for what comes. */
  renew(): void;
  /** Ends all connections at once. */
  close(): void;
}

/**
 * A connection as a transport of Connect takes it. Its own `Http2SessionManager` takes its listeners
 * off a session that fails: what fails a second time, such as one with a server of HTTP/1, would end
 * the process.
 *
 * @param idleMs what has been quiet for longer may be dead without either side knowing, and is ended
 */
export function createHttp2Connection(url: string, idleMs: number): Http2Connection {
  const authority = new URL(url).origin;
  const all = new Set<ClientHttp2Session>();
  let current: ClientHttp2Session | undefined;

  function open(): ClientHttp2Session {
    const session = connect(authority, { settings: { enablePush: false } });
    all.add(session);
    session.once('close', () => all.delete(session));
    // The streams fail with it, and tell.
    session.on('error', () => {});
    session.setTimeout(idleMs, () => end(session));
    return session;
  }

  return {
    authority,
    async request(method, path, headers, options) {
      if (!current || current.closed || current.destroyed) current = open();
      return current.request({ ...headers, ':method': method, ':path': path }, options);
    },
    notifyResponseByteRead() {},
    renew() {
      current?.close();
      current = undefined;
    },
    close() {
      for (const session of all) end(session);
    },
  };
}

function end(session: ClientHttp2Session): void {
  // Without an error, streams that have not been answered would never end.
  session.destroy(new Error('the connection was closed'), constants.NGHTTP2_CANCEL);
}
