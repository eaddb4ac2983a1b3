import { LimitError } from "@millrace/core";
import { isLonger, byteLength } from "../protocol/bytes.ts";
import { closeCodes } from "../protocol/close-codes.ts";
import { GOING_AWAY, type Failure } from "../protocol/frames.ts";
import { openGate, type Fields } from "../protocol/gate.ts";
import { LONGEST_ID } from "../protocol/limits.ts";
import { openRate } from "../protocol/rate.ts";
import type {
  AttachRequest,
  OpenRequest,
  ServerEffects,
  ServerMachine,
  ServerProtocol,
  ServerSession,
} from "../protocol/server-machine.ts";

/** What a frame of a plain protocol asks for, or what is wrong with it. */
export type Asked =
  | { open: OpenRequest }
  | { attach: AttachRequest }
  | { cancel: string }
  | { wrong: string };

/** A protocol that has no greeting, no credit and no life signs: what its frames look like. */
export interface PlainProtocol {
  read(this: void, frame: Fields): Asked;
  /** What is sent; `undefined` where the protocol has nothing to say. */
  opened(this: void, id: string): object | undefined;
  /** `index` counts what was sent of the stream, from 0; of one attached to, from its cursor. */
  part(this: void, id: string, index: number, value: unknown): object | undefined;
  end(this: void, id: string): object | undefined;
  failed(this: void, id: string, failure: Failure): object | undefined;
  cancelled(this: void, id: string): object | undefined;
  /** There is no stream to attach to. */
  gone(this: void, id: string): object | undefined;
}

/** The machine of all such protocols, for the same driver as `millrace.v1`. */
export function plainServer(protocol: PlainProtocol): ServerProtocol {
  return {
    subprotocol: undefined,
    start: (session, effects, opened) => startPlain(protocol, session, effects, opened),
  };
}

interface Delivery {
  stream: string | undefined;
  /** How many parts were sent, or the cursor and those. */
  index: number;
  /** Its client asks for a stream that may not be there, and was told of none yet. */
  sought: boolean;
}

/** What became of a stream that was promised. */
const GONE: Failure = { code: "gone", message: "The stream is gone.", retryable: false };

function startPlain(
  protocol: PlainProtocol,
  session: ServerSession,
  effects: ServerEffects,
  opened: number,
): ServerMachine {
  const gate = openGate(session);
  const mayCome = openRate(session.maxFramesPerSecond, opened);
  const streams = new Map<string, Delivery>();
  let phase: "new" | "asking" | "open" | "closed" = "new";
  let early: string[] = []; // what came before it was known who it is
  let earlyLength = 0;
  let drainDue = Infinity;

  const isClosed = () => phase === "closed";

  function send(frame: object | undefined): void {
    if (frame !== undefined && !isClosed()) effects.send(JSON.stringify(frame));
  }

  function close(code: number, reason: string): void {
    if (phase === "closed") return;
    phase = "closed";
    early = [];
    streams.clear();
    effects.close(code, reason);
  }

  function hold(data: unknown): void {
    if (typeof data !== "string") {
      close(closeCodes.notText, "not a text frame");
      return;
    }
    earlyLength += data.length;
    if (early.length < session.maxStreams && earlyLength <= session.maxFrameBytes) early.push(data);
    else close(closeCodes.unauthorized, "too much before it is known who this is");
  }

  function settle(
    id: string,
    frame: object | undefined,
    stop?: (stream: string | undefined) => void,
  ): void {
    const delivery = streams.get(id);
    if (delivery === undefined) return;
    streams.delete(id);
    stop?.(delivery.stream); // before what may close the connection
    send(frame);
    closeIfDrained();
  }

  function closeIfDrained(): void {
    if (drainDue !== Infinity && streams.size === 0) close(closeCodes.goingAway, "going away");
  }

  function refuse(id: string, code: string, message: string): void {
    send(protocol.failed(id, { code, message, retryable: true }));
  }

  /** Whether a stream may begin; if not, the client is told. */
  function admit(id: string, data: string): boolean {
    if (id.length === 0 || id.length > LONGEST_ID) close(closeCodes.badFrame, "bad id");
    else if (streams.has(id)) close(closeCodes.idInUse, "id in use");
    else if (drainDue !== Infinity) refuse(id, GOING_AWAY, "The server is going away.");
    else if (streams.size >= session.maxStreams) {
      refuse(id, "too-many-streams", "There are too many streams on this connection.");
    } else if (isLonger(data, session.maxPayloadBytes)) {
      refuse(id, "too-large", "The request is too large.");
    } else return true;
    return false;
  }

  function handle(data: unknown): void {
    const admitted = gate(data);
    if ("code" in admitted) {
      close(admitted.code, admitted.reason);
      return;
    }
    const asked = protocol.read(admitted.frame);
    if ("wrong" in asked) close(closeCodes.badFrame, asked.wrong);
    else if ("open" in asked) {
      const { id, stream } = asked.open;
      if (!admit(id, data as string)) return;
      streams.set(id, { stream, index: 0, sought: false });
      effects.open(asked.open);
    } else if ("attach" in asked) {
      const { id, stream, after } = asked.attach;
      if (!admit(id, data as string)) return;
      streams.set(id, { stream, index: after, sought: true });
      effects.attach(asked.attach);
    } else {
      const id = asked.cancel;
      settle(id, protocol.cancelled(id), (stream) => {
        effects.cancel(id, stream, "");
      });
    }
  }

  return {
    receive(data, now) {
      if (phase === "closed") return;
      if (!mayCome(now)) close(closeCodes.tooManyFrames, "too many frames");
      else if (phase === "open") handle(data);
      else hold(data);
    },
    tick(now) {
      if (phase === "new") {
        phase = "asking";
        effects.authenticate(undefined);
      }
      if (phase === "asking" && now >= opened + session.helloTimeout) {
        close(closeCodes.serverFailed, "no answer to the credentials in time");
      } else if (now >= drainDue) close(closeCodes.goingAway, "going away");
      if (isClosed()) return Infinity;
      return phase === "open" ? drainDue : opened + session.helloTimeout;
    },
    accept() {
      if (phase !== "asking") return;
      phase = "open";
      for (const data of early.splice(0)) if (!isClosed()) handle(data);
    },
    close,
    opened(id) {
      const delivery = streams.get(id);
      if (delivery === undefined) return;
      delivery.sought = false;
      send(protocol.opened(id));
    },
    mayPart: (id) => streams.has(id),
    part(id, entries) {
      const delivery = streams.get(id);
      if (delivery === undefined) return;
      for (const { value } of entries) {
        const frame = protocol.part(id, delivery.index, value);
        if (frame === undefined) continue;
        const text = JSON.stringify(frame);
        if (isLonger(text, session.maxFrameBytes)) {
          const bytes = byteLength(text);
          const message = `Cannot send: a part is ${bytes} bytes, beyond maxFrameBytes ${session.maxFrameBytes}`;
          throw new LimitError(message, { stage: "serveSocket", offset: bytes });
        }
        delivery.index++;
        effects.send(text);
      }
    },
    end(id) {
      settle(id, protocol.end(id));
    },
    fail(id, failure) {
      settle(id, protocol.failed(id, failure));
    },
    gone(id) {
      const isSought = streams.get(id)?.sought === true;
      settle(id, isSought ? protocol.gone(id) : protocol.failed(id, GONE));
    },
    drain({ grace }, now) {
      if (phase === "closed" || drainDue !== Infinity) return;
      drainDue = now + grace;
      closeIfDrained();
    },
  };
}
