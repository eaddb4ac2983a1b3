import {
  jetstream,
  jetstreamManager,
  type ConsumeOptions,
  type Consumer,
  type ConsumerMessages,
} from "@nats-io/jetstream";
import { isStoreError } from "@millrace/core/store";
import { tryFor, type Task } from "../shared/patience.ts";
import { closed, full } from "../shared/refusals.ts";
import type { Kept, LogMessage, SignMessage } from "./message.ts";
import { subjectsOf, type Sign, type Subjects } from "./subjects.ts";

/** What `connect` of `@nats-io/transport-node`, `-deno` or `wsconnect` of `@nats-io/nats-core` gives. */
export type NatsConnection = Parameters<typeof jetstream>[0];

/** What makes and looks into JetStream's streams. */
type Administration = Awaited<ReturnType<typeof jetstreamManager>>;

/** A consumer on the server, and what it gives. */
export interface Consumption {
  consumer: Consumer;
  messages: ConsumerMessages;
}

/** Ends it, also on the server, which would forget it after a while only. */
export function release({ consumer, messages }: Consumption): void {
  messages.stop();
  consumer.delete().catch(() => undefined);
}

export interface ServerOptions {
  name: string;
  timeout: number;
  maxAge: number;
  replicas: number;
  storage: "file" | "memory";
}

/** JetStream, as the store talks to it: every call answers, is refused, or fails in time. */
export interface Server {
  /** The last message of a log; the first one. */
  last(this: void, task: Task): Promise<Kept<LogMessage> | undefined>;
  first(this: void, task: Task): Promise<Kept<LogMessage> | undefined>;
  /** Appends to a log, behind the message of that place: undefined where another one is the last. */
  append(this: void, task: Task, message: LogMessage, behind: number): Promise<number | undefined>;
  /** Removes what a log has, up to a place if one is given. */
  purge(this: void, task: Task, upTo?: number): Promise<void>;
  /** Behind the sign of that place, if one is given: false where another one is the last. */
  sign(this: void, task: Task, sign: Sign, message: SignMessage, behind?: number): Promise<boolean>;
  lastSign(this: void, task: Task, sign: Sign): Promise<Kept<SignMessage> | undefined>;
  /** The server's time, in milliseconds. */
  now(this: void, task: Task): Promise<number>;
  /** What a log has, from its beginning on. */
  consume(this: void, task: Task, options: ConsumeOptions): Promise<Consumption>;
  /** Calls back when somebody wishes a stream to stop, unless that is missed. */
  onStop(this: void, id: string, callback: () => void): () => void;
}

const ANSWER_WITHIN = 2_000; // ms, before it is asked again
const FORGOTTEN_AFTER = 30_000; // ms that a consumer stays whose reader is gone
const CLOCK_GOOD_FOR = 60_000; // ms, after which its difference from ours is measured anew

// Codes of JetStream's errors.
const WRONG_LAST_SEQUENCE = 10_071;
const STREAM_NOT_FOUND = 10_059;
const NAME_IN_USE = 10_058;
const SUBJECTS_OVERLAP = 10_065;
const TAKES_NO_MORE = new Set([10_002, 10_023, 10_028, 10_047, 10_054, 10_077]);
const PASSING = new Set([10_008, 10_009, 10_076, 10_118, STREAM_NOT_FOUND]); // no leader just now …

/** What no second try helps against. */
const FINAL = new Set([
  "AuthorizationError",
  "ClosedConnectionError",
  "DrainingConnectionError",
  "InvalidArgumentError",
  "InvalidSubjectError",
  "PermissionViolationError",
  "RangeError",
  "SyntaxError",
  "TypeError",
  "URIError", // an id that is not well-formed
]);

export function serverOf(connection: NatsConnection, options: ServerOptions): Server {
  const { name, timeout } = options;
  const subjects = subjectsOf(name);
  const js = jetstream(connection, { timeout: ANSWER_WITHIN });
  const patience = { timeout, isPassing };
  const self = crypto.randomUUID();
  let opening: Promise<Administration> | undefined;
  let clock: { ahead: number; measuredAt: number } | undefined;
  let measuring: Promise<void> | undefined;

  async function open(): Promise<Administration> {
    const manager = await jetstreamManager(connection, { timeout: ANSWER_WITHIN });
    await Promise.all(streamConfigs(subjects, options).map((config) => ensure(manager, config)));
    await Promise.all([subjects.log(self), subjects.sign("clock", self)].map(writable));
    return manager;
  }

  /**
   * A stream that another process is just making is told of before it can be read, and a server 2.9
   * does not survive who tries. It refuses a write as soon as it can take one: as behind a message
   * of a subject that has none, this is never kept.
   */
  async function writable(subject: string): Promise<void> {
    try {
      await publish(subject, "", 1);
    } catch (error) {
      if (codeOf(error) !== WRONG_LAST_SEQUENCE) throw error;
    }
  }

  function opened(): Promise<Administration> {
    opening ??= open().catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  }

  function ask<T>(
    task: Task,
    call: (manager: Administration) => Promise<T>,
    letGo?: (late: T) => void,
  ): Promise<T> {
    async function attempt(): Promise<T> {
      try {
        return await call(await opened());
      } catch (error) {
        if (codeOf(error) === STREAM_NOT_FOUND) opening = undefined; // the server has lost it
        if (connection.isClosed()) throw closed(task.verb, task.id);
        throw TAKES_NO_MORE.has(codeOf(error) ?? 0) ? full(task.verb, task.id, error) : error;
      }
    }
    return tryFor(patience, task, attempt, letGo);
  }

  async function message<T>(
    task: Task,
    stream: string,
    query: { last_by_subj: string } | { next_by_subj: string; seq: number },
  ): Promise<Kept<T> | undefined> {
    const found = await ask(task, (manager) =>
      // The types leave out that the server gives the next message of a subject, too.
      manager.streams.getMessage(stream, query as { last_by_subj: string }),
    );
    if (found === null) return undefined;
    return { message: found.json<T>(), place: found.seq, time: found.time.getTime() };
  }

  const publish = (subject: string, text: string, behind?: number) =>
    js.publish(subject, text, {
      timeout: ANSWER_WITHIN,
      ...(behind === undefined ? {} : { expect: { lastSubjectSequence: behind } }),
    });

  /** Puts a message behind the one of that place: undefined where another one is the last. */
  const put = (task: Task, subject: string, body: object, behind?: number) =>
    ask(task, async () => {
      try {
        const { seq } = await publish(subject, JSON.stringify(body), behind);
        return seq;
      } catch (error) {
        if (codeOf(error) === WRONG_LAST_SEQUENCE) return undefined;
        throw error;
      }
    });

  /** Lets the server put a time on a message, and compares that with ours. */
  async function measureClock(task: Task): Promise<void> {
    const begun = performance.now();
    const last_by_subj = subjects.sign("clock", self);
    await put(task, last_by_subj, { born: 0 });
    const kept = await message(task, subjects.signStream, { last_by_subj });
    const now = performance.now();
    if (kept !== undefined) clock = { ahead: kept.time - (begun + now) / 2, measuredAt: now };
  }

  return {
    // Asynchronous, so that an id of which there is no subject is refused like everything else.
    last: async (task) =>
      message(task, subjects.logStream, { last_by_subj: subjects.log(task.id) }),
    first: async (task) =>
      message(task, subjects.logStream, { next_by_subj: subjects.log(task.id), seq: 1 }),
    append: async (task, body, behind) => put(task, subjects.log(task.id), body, behind),
    async purge(task, upTo) {
      const filter = subjects.log(task.id);
      await ask(task, (manager) =>
        manager.streams.purge(
          subjects.logStream,
          upTo === undefined ? { filter } : { filter, seq: upTo + 1 },
        ),
      );
    },
    sign: async (task, sign, body, behind) =>
      (await put(task, subjects.sign(sign, task.id), body, behind)) !== undefined,
    lastSign: async (task, sign) =>
      message(task, subjects.signStream, { last_by_subj: subjects.sign(sign, task.id) }),
    async now(task) {
      if (clock === undefined || performance.now() - clock.measuredAt > CLOCK_GOOD_FOR) {
        measuring ??= measureClock(task).finally(() => (measuring = undefined));
        await measuring;
      }
      return performance.now() + (clock?.ahead ?? performance.timeOrigin);
    },
    consume(task, consumeOptions) {
      async function open(): Promise<Consumption> {
        const consumer = await js.consumers.get(subjects.logStream, {
          filter_subjects: subjects.log(task.id),
          inactive_threshold: FORGOTTEN_AFTER,
        });
        return { consumer, messages: await consumer.consume(consumeOptions) };
      }
      return ask(task, open, release);
    },
    onStop(id, callback) {
      const subscription = connection.subscribe(subjects.sign("stop", id), { callback });
      return () => {
        if (!connection.isClosed()) subscription.unsubscribe();
      };
    },
  };
}

type StreamConfig = Parameters<Administration["streams"]["add"]>[0];

function streamConfigs(
  { logs, signs, logStream, signStream }: Subjects,
  { maxAge, replicas, storage }: ServerOptions,
): StreamConfig[] {
  const common = {
    storage,
    num_replicas: replicas,
    max_age: nanoseconds(maxAge),
    duplicate_window: nanoseconds(Math.min(maxAge, LONGEST_WINDOW)),
  } as const;
  return [
    { ...common, name: logStream, subjects: [logs] },
    { ...common, name: signStream, subjects: [signs], max_msgs_per_subject: 1 },
  ];
}

const LONGEST_WINDOW = 120_000; // ms: the server's default, which must not be longer than the age

function nanoseconds(milliseconds: number): number {
  return milliseconds * 1_000_000;
}

/** One that is there already, perhaps made with other settings, is taken as it is. */
async function ensure({ streams }: Administration, config: StreamConfig): Promise<void> {
  try {
    await streams.add(config);
  } catch (error) {
    const code = codeOf(error);
    if (code === NAME_IN_USE) return;
    // A server that makes the same stream for two at once may refuse one of them for its subjects.
    if (code !== SUBJECTS_OVERLAP || !(await isThere(streams, config.name))) throw error;
  }
}

async function isThere(streams: Administration["streams"], name: string): Promise<boolean> {
  try {
    await streams.info(name);
    return true;
  } catch (error) {
    if (codeOf(error) === STREAM_NOT_FOUND) return false;
    throw error;
  }
}

function codeOf(error: unknown): number | undefined {
  const { code } = Object(error) as { code?: unknown };
  return typeof code === "number" && code > 10_000 ? code : undefined;
}

function isPassing(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== undefined) return PASSING.has(code);
  return !isStoreError(error) && !FINAL.has((error as Error).name);
}
