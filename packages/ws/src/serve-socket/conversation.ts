import type { Clock } from "@millrace/core/clock";
import { NO_CODE, openChannel } from "../channel.ts";
import { closeCodes } from "../protocol/close-codes.ts";
import type { Failure } from "../protocol/frames.ts";
import type { OpenRequest, ServerLimits, ServerProtocol } from "../protocol/server-machine.ts";
import type {
  ServedSocket,
  ServeSocketOptions,
  SocketContext,
  SocketHandler,
} from "../serve-socket.ts";
import { CLOSED, type Socket, type SocketClose } from "../socket.ts";
import { beginningOf, beginOnce } from "./at-work.ts";
import { attachTo } from "./attach-to.ts";
import { CancelledError, rememberCancelled, wasCancelled } from "./cancelled.ts";
import { deliver, type Begun, type Delivery } from "./delivery.ts";
import { failureOf, goneOf } from "./failure-of.ts";
import { isAllowedOrigin } from "./origin.ts";

/** Control frames that may wait to leave besides the parts of all streams. */
const CONTROL_FRAMES_BEHIND = 1_024;
/** How many deliveries may be at work for each stream that there may be. */
const AT_WORK_PER_STREAM = 2;
/** Calls of the application's `cancel` that may be under way: a store that it asks may be slow. */
const MOST_CANCELLING = 1_024;
const TOO_MUCH_WORK: Failure = {
  code: "too-many-streams",
  message: "There is too much at work for this connection.",
  retryable: true,
};
const DEFAULT_DRAIN = { retryAfter: 1_000, grace: 30_000 };

export interface ConversationOptions extends ServeSocketOptions {
  limits: ServerLimits;
  protocol: ServerProtocol;
  onDisconnect: "cancel" | "detach";
  highWaterMark: number;
  session: string;
  clock: Clock;
}

interface Running {
  readonly delivery: Delivery;
  readonly controller: AbortController;
  /** Nothing is sent of it any more. */
  readonly over: () => void;
}

/** One driver for all protocols: it has the socket, the timers and the sources; the machine knows what to say. */
export function openConversation(
  socket: Socket,
  handler: SocketHandler,
  options: ConversationOptions,
): ServedSocket {
  const { clock, protocol, session, attach, authenticate, request, onError } = options;
  const running = new Map<string, Running>();
  let user: unknown;
  let turns = 0; // drains so far
  let atWork = 0; // deliveries, also those that were stopped, and whose makers do not heed it
  let cancelling = 0; // calls of `cancel` that have not settled
  let stopBeat: () => void = () => undefined;
  let settle!: (how: SocketClose) => void;
  const closed = new Promise<SocketClose>((resolve) => (settle = resolve));
  let over = false;

  const channel = openChannel(socket, {
    clock,
    highWaterMark: options.highWaterMark,
    maxBehind: 2 * options.limits.maxStreams + CONTROL_FRAMES_BEHIND,
    onMessage(data) {
      machine.receive(data, clock.now());
    },
    onDrain() {
      // Another one first each time: where there is room for a few only, all get their turn.
      const all = [...running.values()];
      const first = all.length === 0 ? 0 : turns++ % all.length;
      for (const { delivery } of [...all.slice(first), ...all.slice(0, first)]) delivery.wake();
    },
    onOverflow() {
      machine.close(closeCodes.overflow, "the client does not read");
    },
    onClose: finish,
  });

  const machine = protocol.start(
    { ...options.limits, session, durable: attach !== undefined },
    {
      send: channel.send,
      close(code, reason) {
        channel.close(code, reason);
        finish({ code, reason });
      },
      authenticate: (auth) => void welcome(auth),
      open(asked) {
        start(asked, 0, (context, over) => begin(asked, context, over));
      },
      attach({ id, stream, after }) {
        start({ id, stream }, after, (context) => attachTo(attach, stream, after, context));
      },
      cancel(id, stream, reason) {
        if (id !== undefined) stop(id, "cancel", `The client has cancelled: ${reason}`);
        if (stream !== undefined) void cancelByName(stream, reason);
      },
      detach(id) {
        stop(id, "detach", "The client has detached.");
      },
      pull: (id) => running.get(id)?.delivery.wake(),
    },
    clock.now(),
  );

  function finish(how: SocketClose): void {
    if (over) return;
    over = true;
    stopBeat();
    for (const id of [...running.keys()]) stop(id, options.onDisconnect, "The client is gone.");
    settle(how);
  }

  /** Calls the machine when time asks for it. */
  function beat(): void {
    stopBeat();
    const now = clock.now();
    const due = machine.tick(now);
    if (!over) stopBeat = clock.after(due - now, beat);
  }

  async function welcome(auth: unknown): Promise<void> {
    try {
      if (authenticate !== undefined) {
        user = await authenticate(auth, request);
        if (user === undefined || user === null || user === false) {
          machine.close(closeCodes.unauthorized, "credentials refused");
          return;
        }
      }
      if (over) return; // the client is gone: what it has asked meanwhile is not begun for nobody
      machine.accept(clock.now());
      beat();
    } catch (error) {
      try {
        onError?.(error, {});
      } finally {
        machine.close(closeCodes.serverFailed, "the server failed");
      }
    }
  }

  function start(
    { id, stream }: Pick<OpenRequest, "id" | "stream">,
    after: number,
    begin: (context: SocketContext, over: Promise<void>) => Promise<Begun | undefined>,
  ): void {
    // A client that cancels what it has just asked for, over and over, would else have as many
    // handlers at work as it likes.
    if (atWork >= AT_WORK_PER_STREAM * options.limits.maxStreams) {
      machine.fail(id, TOO_MUCH_WORK);
      return;
    }
    const controller = new AbortController();
    const context: SocketContext = { id, stream, session, user, signal: controller.signal };
    let settleOver!: () => void;
    const ended = new Promise<void>((resolve) => (settleOver = resolve));

    function fail(error: unknown): void {
      forget(id);
      controller.abort(error);
      const gone = goneOf(error);
      let said: Partial<Failure> | undefined;
      try {
        said = onError?.(error, { stream });
      } finally {
        // Also when `onError` itself throws, the client hears of the end.
        if (gone !== undefined) machine.gone(id, gone.oldest);
        else machine.fail(id, failureOf(error, said));
      }
    }

    const delivery = deliver(() => begin(context, ended), {
      mayPart: () => machine.mayPart(id) && !channel.isFull(),
      begun() {
        machine.opened(id, after);
      },
      part(entry) {
        machine.part(id, [entry]);
      },
      end() {
        forget(id);
        machine.end(id);
      },
      none() {
        forget(id);
        machine.gone(id, undefined);
      },
      failed: fail,
    });
    running.set(id, { delivery, controller, over: settleOver });
    atWork++;
    void delivery.atRest.finally(() => atWork--); // it fails where `onError` does
  }

  function forget(id: string): Running | undefined {
    const found = running.get(id);
    running.delete(id);
    found?.over();
    return found;
  }

  /** A request that was made before is not made again: what there is of its stream is sent. */
  async function begin(
    asked: OpenRequest,
    context: SocketContext,
    over: Promise<void>,
  ): Promise<Begun> {
    const { stream, payload } = asked;
    if (attach === undefined || stream === undefined) {
      return { source: await handler(payload, context), isLog: false };
    }
    if (wasCancelled(handler, stream)) throw new CancelledError(stream);
    let wasBegun = false;
    for (;;) {
      const begun = await attachTo(attach, stream, 0, context);
      if (begun !== undefined) return begun;
      const work = beginOnce(handler, stream, async () => handler(payload, context), over);
      if ("begun" in work) return { source: await work.begun, isLog: false };
      if (wasBegun)
        throw new Error(`Cannot begin ${stream}: it was begun, and cannot be attached to`);
      wasBegun = await work.underWay.then(
        () => true,
        () => false, // its own client hears of that
      );
    }
  }

  function stop(id: string, how: "cancel" | "detach", why: string): void {
    const found = forget(id);
    if (found === undefined) return;
    const reason = new DOMException(why, "AbortError");
    if (how === "cancel") found.controller.abort(reason);
    found.delivery.stop(reason);
  }

  async function cancelByName(stream: string, reason: string): Promise<void> {
    if (cancelling >= MOST_CANCELLING) {
      machine.close(closeCodes.tooManyFrames, "too much to cancel at once");
      return;
    }
    cancelling++;
    try {
      if (attach !== undefined) rememberCancelled(handler, stream);
      const beginning = beginningOf(handler, stream);
      await options.cancel?.(stream, { user, reason });
      if (beginning === undefined) return;
      // Of what had not begun there was nothing to stop, and its handler may not have heard of it.
      const hasBegun = await beginning.then(
        () => true,
        () => false, // its own client hears of that
      );
      if (hasBegun) await options.cancel?.(stream, { user, reason });
    } catch (error) {
      onError?.(error, { stream });
    } finally {
      cancelling--;
    }
  }

  if (socket.readyState === CLOSED) finish(NO_CODE); // of which no event will tell
  else if (request !== undefined && !isAllowedOrigin(request, options.allowedOrigins)) {
    machine.close(closeCodes.originRefused, "origin refused");
  } else if (speaksAnother(socket, protocol)) {
    machine.close(closeCodes.wrongVersion, `only ${protocol.subprotocol!}`);
  } else beat();

  return {
    closed,
    drain({ retryAfter = DEFAULT_DRAIN.retryAfter, grace = DEFAULT_DRAIN.grace } = {}) {
      if (!(retryAfter >= 0 && retryAfter < Infinity && grace >= 0)) {
        throw new RangeError("Cannot drain: retryAfter and grace must be 0 or more");
      }
      machine.drain({ retryAfter, grace }, clock.now());
      if (!over) beat();
    },
    close(code = closeCodes.goingAway, reason = "going away") {
      machine.close(code, reason);
    },
  };
}

/** Where a socket does not say what was agreed upon, the greeting tells. */
function speaksAnother({ protocol: spoken }: Socket, { subprotocol }: ServerProtocol): boolean {
  return Boolean(spoken) && subprotocol !== undefined && spoken !== subprotocol;
}
