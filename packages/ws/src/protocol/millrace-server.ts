import { byteLength } from "./bytes.ts";
import { closeCodes } from "./close-codes.ts";
import { encodePart } from "./encode-part.ts";
import { GOING_AWAY, PROTOCOL, VERSION } from "./frames.ts";
import type { ClientFrame, ServerFrame } from "./frames.ts";
import { openGate } from "./gate.ts";
import { MOST_CREDIT, wholeOf } from "./limits.ts";
import { openLiveness } from "./liveness.ts";
import { openRate } from "./rate.ts";
import { readClientFrame } from "./read-frame.ts";
import type {
  Drain,
  ServerEffects,
  ServerMachine,
  ServerProtocol,
  ServerSession,
} from "./server-machine.ts";

/** A stream that a client listens to on this connection. */
interface Delivery {
  stream: string;
  /** Bytes of parts that may still be sent. The last part may have taken more than there was. */
  credit: number;
  /** The number of the last item sent. */
  seq: number;
}

/**
 * The server's side of `millrace.v1`, for one connection.
 *
 * - **In / Out:** frames, time and what the application has to say, by the methods; what is to be
 *   done by `effects`. Nothing is asynchronous, nothing is read from a clock.
 * - **Limits:** those of the session, each with its close code or its error.
 * - **Errors:** whatever a client sends, no method throws but `part`, for an item that is no JSON or
 *   makes a frame beyond `maxFrameBytes`.
 * - **Cost:** one `JSON.stringify` a part; what it holds is a small object a stream.
 * - **Source:** docs/protocol/millrace-v1.md.
 *
 * @example
 * ```ts
 * import { millraceV1 } from "@millrace/ws/protocol";
 *
 * const sent: string[] = [];
 * const ignore = () => undefined;
 * const machine = millraceV1.start(
 *   {
 *     ...{ session: "s1", durable: false, maxFrameBytes: 1024, maxDepth: 8, maxFramesPerSecond: 10 },
 *     ...{ maxStreams: 1, maxPayloadBytes: 1024, helloTimeout: 10_000, heartbeat: 30_000 },
 *   },
 *   {
 *     send: (text) => sent.push(text),
 *     authenticate: () => machine.accept(0),
 *     open({ id, payload }) {
 *       machine.opened(id, 0);
 *       machine.part(id, [{ seq: 1, value: payload }]);
 *       machine.end(id);
 *     },
 *     ...{ attach: ignore, cancel: ignore, detach: ignore, pull: ignore, close: ignore },
 *   },
 *   0,
 * );
 * machine.receive('{"type":"hello","v":1}', 0);
 * machine.receive('{"type":"open","id":"1","stream":"x","credit":100,"payload":"mill"}', 0);
 * sent.slice(1).map((text) => (JSON.parse(text) as { type: string }).type); // => ["opened", "part", "end"]
 * ```
 */
function startMillrace(
  session: ServerSession,
  effects: ServerEffects,
  opened: number,
): ServerMachine {
  const gate = openGate(session);
  const mayCome = openRate(session.maxFramesPerSecond, opened);
  const liveness = openLiveness(session.heartbeat, opened);
  const streams = new Map<string, Delivery>();
  const helloDue = opened + session.helloTimeout;
  let phase: "greeting" | "asking" | "open" | "closed" = "greeting";
  let maxPartBytes = session.maxFrameBytes; // what the client takes may be less
  let drainDue = Infinity; // set once it drains
  const isDraining = () => drainDue !== Infinity;

  function send(frame: ServerFrame): void {
    if (isClosed()) return; // by an effect before
    effects.send(JSON.stringify(frame));
  }

  function close(code: number, reason: string): void {
    if (phase === "closed") return;
    phase = "closed";
    streams.clear();
    effects.close(code, reason);
  }

  /** The stream is over on this connection: exactly one frame says so. */
  function settle(
    id: string,
    terminal: (seq: number) => ServerFrame,
    stop?: (stream: string) => void,
  ): boolean {
    const delivery = streams.get(id);
    if (delivery === undefined) return false;
    streams.delete(id);
    stop?.(delivery.stream); // before what may close the connection
    send(terminal(delivery.seq));
    closeIfDrained();
    return true;
  }

  function closeIfDrained(): void {
    if (isDraining() && streams.size === 0) close(closeCodes.goingAway, "going away");
  }

  function refuseStream(id: string, code: string, message: string, retryable: boolean): void {
    send({ type: "error", id, seq: 0, code, message, retryable });
  }

  /** Whether there is room for one more stream; if not, the client is told. */
  function admit(id: string): boolean {
    if (streams.has(id)) close(closeCodes.idInUse, "id in use");
    else if (isDraining()) refuseStream(id, GOING_AWAY, "The server is going away.", true);
    else if (streams.size >= session.maxStreams) {
      refuseStream(id, "too-many-streams", "There are too many streams on this connection.", true);
    } else return true;
    return false;
  }

  function handle(frame: ClientFrame, length: number, now: number): void {
    switch (frame.type) {
      case "open":
        if (!admit(frame.id)) return;
        if (length > session.maxPayloadBytes) {
          refuseStream(frame.id, "too-large", "The request is too large.", false);
          return;
        }
        streams.set(frame.id, { stream: frame.stream, credit: frame.credit, seq: 0 });
        effects.open({ id: frame.id, stream: frame.stream, payload: frame.payload });
        return;
      case "attach":
        if (!admit(frame.id)) return;
        streams.set(frame.id, { stream: frame.stream, credit: frame.credit, seq: frame.after });
        effects.attach({ id: frame.id, stream: frame.stream, after: frame.after });
        return;
      case "credit": {
        const delivery = streams.get(frame.id);
        if (delivery === undefined) return; // it has ended meanwhile
        const had = delivery.credit;
        delivery.credit += frame.add;
        if (delivery.credit > MOST_CREDIT) close(closeCodes.badFrame, "credit: too much");
        else if (had <= 0 && delivery.credit > 0) effects.pull(frame.id);
        return;
      }
      case "cancel": {
        const { id, reason = "" } = frame;
        const ran = settle(
          id,
          (seq) => ({ type: "cancelled", id, seq }),
          (stream) => {
            effects.cancel(id, stream, reason);
          },
        );
        if (ran || frame.stream === undefined) return;
        effects.cancel(undefined, frame.stream, reason);
        send({ type: "cancelled", id, seq: 0 });
        return;
      }
      case "detach": {
        const { id } = frame;
        settle(
          id,
          (seq) => ({ type: "detached", id, seq }),
          () => {
            effects.detach(id);
          },
        );
        return;
      }
      case "ping":
        send({ type: "pong" });
        return;
      case "hello":
        if (phase !== "greeting") close(closeCodes.badFrame, "hello: a second one");
        else if (frame.v !== VERSION) close(closeCodes.wrongVersion, `only version ${VERSION}`);
        else {
          phase = "asking";
          maxPartBytes = Math.min(maxPartBytes, frame.maxFrameBytes ?? Infinity);
          liveness.heard(now);
          effects.authenticate(frame.auth);
        }
    }
  }

  return {
    receive(data, now) {
      if (phase === "closed") return;
      liveness.heard(now);
      if (!mayCome(now)) {
        close(closeCodes.tooManyFrames, "too many frames");
        return;
      }
      const admitted = gate(data);
      if ("code" in admitted) {
        close(admitted.code, admitted.reason);
        return;
      }
      const frame = readClientFrame(admitted.frame);
      if (typeof frame === "string") close(closeCodes.badFrame, frame);
      else if (phase !== "open" && frame.type !== "hello") {
        close(closeCodes.unauthorized, `${frame.type} before welcome`);
      } else handle(frame, byteLength(data as string), now);
    },
    tick(now) {
      if (phase === "closed") return Infinity;
      if (phase === "greeting" && now >= helloDue) {
        close(closeCodes.greetingTimeout, "no hello in time");
      } else if (phase === "asking" && now >= helloDue + session.helloTimeout) {
        close(closeCodes.serverFailed, "no answer to the credentials in time");
      } else if (now >= drainDue) close(closeCodes.goingAway, "going away");
      else if (phase === "open") {
        const state = liveness.check(now);
        if (state === "dead") close(closeCodes.silent, "nothing came for too long");
        else if (state === "ping") send({ type: "ping" });
      }
      if (isClosed()) return Infinity;
      return Math.min(
        drainDue,
        phase === "open"
          ? liveness.due()
          : helloDue + (phase === "asking" ? session.helloTimeout : 0),
      );
    },
    accept(now) {
      if (phase !== "asking") return;
      phase = "open";
      liveness.heard(now);
      const { session: name, durable } = session;
      send({
        ...{ type: "welcome", v: VERSION, session: name, durable },
        heartbeat: Number.isFinite(session.heartbeat) ? session.heartbeat : 0,
        maxFrameBytes: wholeOf(session.maxFrameBytes),
        maxStreams: wholeOf(session.maxStreams),
      });
      if (!isDraining()) return;
      close(closeCodes.goingAway, "going away");
    },
    close,
    opened(id, after) {
      if (streams.has(id)) send({ type: "opened", id, seq: after });
    },
    mayPart: (id) => (streams.get(id)?.credit ?? 0) > 0,
    part(id, entries) {
      const delivery = streams.get(id);
      if (delivery === undefined || entries.length === 0) return;
      const { text, bytes } = encodePart(id, entries, maxPartBytes, session.maxDepth);
      delivery.credit -= bytes;
      delivery.seq = entries.at(-1)!.seq ?? delivery.seq;
      effects.send(text);
    },
    end(id) {
      settle(id, (seq) => ({ type: "end", id, seq }));
    },
    fail(id, { code, message, retryable }) {
      settle(id, (seq) => ({ type: "error", id, seq, code, message, retryable }));
    },
    gone(id, oldest) {
      settle(id, () => ({ type: "gone", id, oldest }));
    },
    drain({ retryAfter, grace }: Drain, now) {
      if (phase === "closed" || isDraining()) return;
      drainDue = now + grace;
      if (phase !== "open") return; // told when it is welcome
      send({ type: "goaway", retryAfter });
      closeIfDrained();
    },
  };

  // Behind calls that may have closed it the compiler would still believe the phase of before.
  function isClosed(): boolean {
    return phase === "closed";
  }
}

/** The protocol `millrace.v1`, at the server's side. */
export const millraceV1: ServerProtocol = { subprotocol: PROTOCOL, start: startMillrace };
