import { byteLength } from "./bytes.ts";
import type { ClientEffects, ClientLimits, ClientMachine } from "./client-machine.ts";
import { openClientStreams } from "./client-streams.ts";
import { closeCodes } from "./close-codes.ts";
import { VERSION, type ServerFrame, type WelcomeFrame } from "./frames.ts";
import { openGate } from "./gate.ts";
import { wholeOf } from "./limits.ts";
import { openLiveness, type Liveness } from "./liveness.ts";
import { readServerFrame } from "./read-frame.ts";

/**
 * The client's side of `millrace.v1`, over all the connections of one socket that is kept.
 *
 * - **In / Out:** calls, frames and time, by the methods; what is to be done by `effects`.
 * - **When:** items at once; credit is given back when half of the window was consumed.
 * - **Limits:** `window` for each stream, `maxOutboxBytes` for all that was not heard of.
 * - **Errors:** a stream ends with a failure, whose `code` is the server's, or one of `lost`, `gone`,
 *   `gap`, `cancelled`, `detached`, `too-large`. No method throws but `request`, for a payload that is no JSON.
 * - **Cost:** one `JSON.parse` a frame; what it holds is a small object a stream, and the payloads
 *   of requests that were not heard of.
 * - **Source:** docs/protocol/millrace-v1.md.
 *
 * @example
 * ```ts
 * import { startClient } from "@millrace/ws/protocol";
 *
 * const sent: string[] = [];
 * const values: unknown[] = [];
 * const ignore = () => undefined;
 * const machine = startClient(
 *   {
 *     ...{ window: 1024, maxOutboxBytes: 1024, welcomeTimeout: 10_000 },
 *     ...{ maxFrameBytes: 1024, maxDepth: 8 },
 *   },
 *   {
 *     send: (text) => sent.push(text),
 *     items: (_, items) => values.push(...items),
 *     ...{ close: ignore, welcome: ignore, goaway: ignore, ended: ignore },
 *   },
 * );
 * machine.request("1", "x", "mill");
 * machine.connected(undefined, 0);
 * machine.receive(
 *   '{"type":"welcome","v":1,"session":"s","durable":false,"heartbeat":0,"maxFrameBytes":1024,"maxStreams":1}',
 *   0,
 * );
 * machine.receive('{"type":"part","id":"1","seq":1,"data":"race"}', 0);
 * values; // => ["race"]
 * sent.map((text) => (JSON.parse(text) as { type: string }).type); // => ["hello", "open"]
 * ```
 */
export function startClient(limits: ClientLimits, effects: ClientEffects): ClientMachine {
  const gate = openGate(limits);
  let phase: "offline" | "greeting" | "open" = "offline";
  let welcomeDue = Infinity;
  let welcome: WelcomeFrame | undefined;
  let liveness: Liveness | undefined; // from the welcome on
  let goneAway = false;

  const streams = openClientStreams(limits, effects, {
    isOpen: () => phase === "open",
    isGoneAway: () => goneAway,
    welcome: () => welcome,
    send: effects.send,
    close,
  });

  function send(frame: object): void {
    effects.send(JSON.stringify(frame));
  }

  function close(code: number, reason: string): void {
    if (phase === "offline") return;
    phase = "offline";
    effects.close(code, reason);
  }

  function handle(frame: ServerFrame, bytes: number, now: number): void {
    switch (frame.type) {
      case "welcome":
        greet(frame, now);
        return;
      case "goaway":
        goneAway = true;
        effects.goaway(frame.retryAfter);
        streams.greeted();
        return;
      case "ping":
        send({ type: "pong" });
        return;
      case "pong":
        return;
      default:
        streams.receive(frame, bytes);
    }
  }

  function greet(frame: WelcomeFrame, now: number): void {
    if (phase === "open") close(closeCodes.badFrame, "welcome: a second one");
    else if (frame.v !== VERSION) close(closeCodes.wrongVersion, `only version ${VERSION}`);
    else {
      phase = "open";
      welcome = frame;
      liveness = openLiveness(frame.heartbeat || Infinity, now);
      effects.welcome(frame);
      streams.greeted();
    }
  }

  return {
    request: streams.request,
    attach: streams.attach,
    consumed: streams.consumed,
    cancel(id, reason) {
      streams.leave(id, { type: "cancel", reason });
    },
    detach(id) {
      streams.leave(id, { type: "detach" });
    },
    connected(auth, now) {
      phase = "greeting";
      goneAway = false;
      liveness = undefined;
      welcomeDue = now + limits.welcomeTimeout;
      send({ type: "hello", v: VERSION, maxFrameBytes: wholeOf(limits.maxFrameBytes), auth });
    },
    disconnected() {
      phase = "offline";
      streams.disconnected();
    },
    receive(data, now) {
      if (phase === "offline") return;
      liveness?.heard(now);
      const admitted = gate(data);
      if ("code" in admitted) {
        close(admitted.code, admitted.reason);
        return;
      }
      const frame = readServerFrame(admitted.frame);
      if (typeof frame === "string") close(closeCodes.badFrame, frame);
      else if (phase === "greeting" && frame.type !== "welcome") {
        close(closeCodes.badFrame, `${frame.type} before welcome`);
      } else handle(frame, byteLength(data as string), now);
    },
    tick(now) {
      if (phase === "greeting" && now >= welcomeDue) {
        close(closeCodes.greetingTimeout, "no welcome in time");
      } else if (phase === "open") {
        const state = liveness!.check(now);
        if (state === "dead") close(closeCodes.silent, "nothing came for too long");
        else if (state === "ping") send({ type: "ping" });
      }
      return phase === "offline" ? Infinity : (liveness?.due() ?? welcomeDue);
    },
    giveUp: streams.giveUp,
    size: streams.size,
  };
}
