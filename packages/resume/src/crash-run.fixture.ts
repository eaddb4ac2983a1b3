import { isResumeError, record, replay, stop, takeOver } from "./index.ts";
import { puppetOf, type Puppet } from "./puppet-store.fixture.ts";
import type { StorePlace } from "./real-stores.fixture.ts";
import { openTcpProxy } from "./tcp-proxy.fixture.ts";

/** What is recorded: its number, and which producer said it. */
interface Word {
  number: number;
  by: number;
}

/** What a reader has, and how its reading ended. */
interface Read {
  words: Word[];
  outcome: string;
}

const MOST_WORDS = 60;
const READERS = 3;
const LEASE = 400; // ms
// Milliseconds that a reader waits for a producer: longer than a client may take to connect again over
// and over, unless nobody comes any more.
const GRACE = 15_000;
const SHORT_GRACE = 2_000;
const OPTIONS = { lease: LEASE, ttl: 120_000, patience: 30_000, linger: Infinity };

/**
 * One stream on a real store, with whatever the seed has in mind: producers that die, freeze and come
 * back as zombies, others that take over, connections that are cut, readers that leave and come back,
 * somebody who stops it, or nobody who takes over in the end. Rejects if any reader has seen anything
 * but a prefix of the one truth, or an end that was none.
 */
export async function crashRun(place: StorePlace, seed: number): Promise<void> {
  const draw = random(seed);
  const chance = (share: number): boolean => draw() < share;
  const between = (low: number, high: number): number =>
    low + Math.floor(draw() * (high - low + 1));
  const id = `crash-${String(seed)}-${crypto.randomUUID()}`;
  const count = between(5, MOST_WORDS);
  const isStopped = chance(0.15);
  const isAbandoned = !isStopped && chance(0.15);
  const terms = { ...OPTIONS, grace: isAbandoned ? SHORT_GRACE : GRACE, id };
  const proxy = place.server === undefined ? undefined : await openTcpProxy(place.server.port);
  const open = () => place.open({ port: proxy?.port });
  const [writing, reading] = [await open(), await open()];
  const puppets: Puppet[] = [];
  let newest = 0; // epoch of a producer that was there
  const closing = new AbortController();

  async function* source(from: number, by: number): AsyncGenerator<Word> {
    for (let number = from; number < count; number++) {
      yield { number, by };
      if (chance(0.5)) await pause(between(0, 40));
    }
  }

  /** A new process becomes the producer, if nobody else is. */
  function produce(by: number): Puppet {
    const puppet = puppetOf(writing.store);
    puppets.push(puppet);
    const options = { ...terms, store: puppet.store, signal: closing.signal };
    const live =
      by === 0
        ? record(source(0, by), options)
        : takeOver<Word>(options, async (soFar) => {
            const words: Word[] = [];
            for await (const word of soFar) words.push(word);
            return source(words.length, by);
          });
    void drain(live);
    return puppet;
  }

  /**
   * Whether the new producer is there. It may be refused: what a dead one had sent may arrive late,
   * and keeps its lease for once more.
   */
  async function isProducing(): Promise<boolean> {
    for (const until = performance.now() + 4 * LEASE; ;) {
      const { state, epoch, tail } = await reading.store.status(id);
      if (state === "ended") return true;
      if (epoch > newest && tail > 0) {
        newest = epoch;
        return true;
      }
      if (state === "orphaned" && tail > 0 && performance.now() > until) return false;
      await pause(10);
    }
  }

  /** Waits for the producer's lease to run out; false where the stream ends before. */
  async function isOrphaned(): Promise<boolean> {
    for (;;) {
      const { state } = await reading.store.status(id);
      if (state === "ended") return false;
      if (state === "orphaned") return true;
      await pause(20);
    }
  }

  /** Producers come and go until the stream has ended, or nobody comes any more. */
  async function producers(): Promise<void> {
    let turns = between(0, 3);
    for (let by = 0; ; by++) {
      const puppet = produce(by);
      if (!(await isProducing())) continue;
      if (turns-- <= 0 && !isAbandoned) return;
      await pause(between(0, 200));
      const isZombie = chance(0.5);
      if (isZombie) puppet.freeze();
      else puppet.kill();
      if (!(await isOrphaned())) {
        puppet.thaw();
        return;
      }
      if (isAbandoned && turns < 0) return;
      if (isZombie) setTimeout(puppet.thaw, between(0, 300));
    }
  }

  async function cuts(): Promise<void> {
    while (proxy !== undefined && chance(0.5)) {
      await pause(between(0, 500));
      proxy.cut();
    }
  }

  async function stopping(): Promise<void> {
    if (!isStopped) return;
    await pause(between(0, 400));
    while ((await reading.store.status(id)).state === "missing") await pause(5);
    await stop({ id, store: reading.store });
  }

  /** Reads to the end, and leaves and comes back on the way. */
  async function reader(): Promise<Read> {
    const words: Word[] = [];
    const leaves = Array.from({ length: between(0, 3) }, () => between(0, count));
    await pause(between(0, 1_000));
    while ((await reading.store.status(id)).state === "missing") await pause(5);
    for (;;) {
      try {
        const leaveAt = leaves.pop() ?? Infinity;
        const entries = replay.entries<Word>({
          ...terms,
          store: reading.store,
          after: words.length,
        });
        let isLeft = false;
        for await (const { seq, value } of entries) {
          if (seq !== words.length + 1)
            throw new Error(`${String(seq)} after ${String(words.length)}`);
          words.push(value);
          isLeft = words.length >= leaveAt;
          if (isLeft) break;
        }
        if (!isLeft) return { words, outcome: "done" };
      } catch (error) {
        if (!isResumeError(error)) throw error;
        return { words, outcome: error.code };
      }
    }
  }

  try {
    const readers = Array.from({ length: READERS }, reader);
    const [reads] = await Promise.all([Promise.all(readers), producers(), cuts(), stopping()]);
    const last = await reader();
    check([...reads, last], count, { isStopped, isAbandoned });
  } catch (error) {
    throw new Error(`Seed ${String(seed)}: ${String(error)}`, { cause: error });
  } finally {
    closing.abort();
    for (const puppet of puppets) puppet.kill();
    await Promise.all([writing.close(), reading.close()]);
    await proxy?.close();
  }
}

function check(reads: Read[], count: number, { isStopped = false, isAbandoned = false }): void {
  const truth = reads.at(-1)!.words;
  truth.forEach(({ number, by }, index) => {
    if (number !== index)
      throw new Error(`The log has ${String(number)} in place ${String(index)}`);
    if (by < (truth[index - 1]?.by ?? 0)) throw new Error(`A zombie wrote ${String(number)}`);
  });
  for (const { words, outcome } of reads) {
    if (outcome === "done" ? words.length !== count : words.length > truth.length) {
      throw new Error(`A reader was ${outcome} after ${String(words.length)} of ${String(count)}`);
    }
    const isExpected =
      outcome === "done" ||
      (outcome === "cancelled" && isStopped) ||
      (outcome === "interrupted" && isAbandoned);
    if (!isExpected) throw new Error(`A reader ended with ${outcome}`);
    words.forEach(({ number, by }, index) => {
      const said = truth[index];
      if (number !== said?.number || by !== said.by) {
        throw new Error(
          `A reader has ${JSON.stringify({ number, by })}, not ${JSON.stringify(said)}`,
        );
      }
    });
  }
}

async function drain(stream: ReadableStream<unknown>): Promise<void> {
  try {
    await stream.pipeTo(new WritableStream());
  } catch {
    // A producer that is killed fails, and one that is fenced is over.
  }
}

/** Numbers in [0, 1) that depend on the seed alone. */
function random(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b9) >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
