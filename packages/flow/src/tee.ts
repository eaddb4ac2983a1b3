import { LimitError, type Source } from "@millrace/core";
import { openOutlet, openSource, type Outlet } from "@millrace/core/streams";
import { ask } from "./ask.ts";
import { openQueue, type Queue } from "./queue.ts";

export interface TeeOptions<D> {
  /** How many streams to make. Default 2. */
  branches?: number;
  /** How many items a branch may be behind the one that is read fastest. Default 64. */
  buffer?: number;
  /**
   * What happens when a branch is that far behind. `"wait"`: the slowest reader sets the pace for
   * all. `"error"`: the branch fails, behind what it holds, and the others go on. A function: its
   * oldest item is dropped, and in place of all that were dropped it reads what the function makes
   * of their number. Default `"wait"`.
   */
  onSlow?: "wait" | "error" | ((dropped: number) => D);
}

/**
 * Splits a stream into branches that each give all of it, with a buffer that has an end. (That of
 * the platform's own `tee` has none: a branch that nobody reads collects the whole stream.)
 *
 * - **In / Out:** any source; the same items in each branch. The items themselves are shared.
 * - **When:** the source is asked while a reader of any branch waits, and never ahead of that.
 * - **Limits:** each branch holds at most `buffer` items. All branches are there from the beginning; to
 *   join a stream that runs already, record it (`@millrace/resume`).
 * - **Errors:** of the source, in each branch behind what it holds. `LimitError` in a branch that is too
 *   slow, if asked for; its offset counts items. What `onSlow` throws fails its branch, in place of what
 *   was dropped. A `RangeError` for `branches` below 1 or `buffer` below 0.
 * - **Cancel:** a cancelled branch lets go of what it holds and is not waited for; when the last one is
 *   cancelled or has failed, the source is cancelled with the same reason. With `"wait"`, cancel a branch
 *   that nobody reads.
 * - **Cost:** one read an item, and a place in a queue for each branch that is behind.
 *
 * @example
 * ```ts
 * import { tee, toArray } from "@millrace/flow";
 *
 * const [shown, stored] = tee(["mill", "race"], { buffer: 16 });
 * await Promise.all([toArray(shown), toArray(stored)]); // => [["mill", "race"], ["mill", "race"]]
 * ```
 */
export function tee<T, D = never>(
  source: Source<T>,
  options?: Omit<TeeOptions<D>, "branches">,
): [ReadableStream<T | D>, ReadableStream<T | D>];
export function tee<T, D = never>(
  source: Source<T>,
  options: TeeOptions<D>,
): ReadableStream<T | D>[];
export function tee<T, D = never>(
  source: Source<T>,
  { branches: count = 2, buffer = 64, onSlow = "wait" }: TeeOptions<D> = {},
): ReadableStream<T | D>[] {
  if (!(count >= 1)) throw new RangeError(`Cannot tee into ${count} branches: 1 or more`);
  if (!(buffer >= 0)) throw new RangeError(`Cannot tee: buffer must be 0 or more, not ${buffer}`);
  const feed = openSource(source);
  let branches: Branch<T, D>[] = []; // those that are still wanted
  let asking = false;

  function askOn(): void {
    if (asking || !branches.some(({ outlet }) => outlet.isHungry())) return;
    if (onSlow === "wait" && !branches.every((branch) => hasRoom(branch, buffer))) return;
    asking = true;
    ask(feed, answers);
  }

  const answers = {
    onItem(item: T): void {
      for (const branch of [...branches]) take(branch, item);
      asking = false;
      askOn();
    },
    onEnd(): void {
      for (const { outlet } of leaveAll()) outlet.close();
    },
    onError(error: unknown): void {
      for (const { outlet } of leaveAll()) outlet.error(error);
    },
  };

  function take(branch: Branch<T, D>, item: T): void {
    const isLate = !hasRoom(branch, buffer);
    if (isLate && onSlow === "error") {
      fail(branch, tooSlow(buffer, branch.count));
      return;
    }
    branch.held.add(item);
    branch.count++;
    if (isLate) {
      branch.held.take();
      branch.dropped++;
    }
    serve(branch);
  }

  function serve(branch: Branch<T, D>): void {
    const { held, outlet } = branch;
    if (!outlet.isHungry()) return;
    if (branch.dropped > 0) tellDropped(branch);
    else if (held.length > 0) outlet.put(held.take()!);
  }

  function tellDropped(branch: Branch<T, D>): void {
    const { dropped, outlet } = branch;
    branch.dropped = 0;
    try {
      outlet.put((onSlow as (dropped: number) => D)(dropped));
    } catch (error) {
      branch.held.clear(); // it stands behind a gap that nobody was told of
      fail(branch, error);
    }
  }

  /** The source goes on for the others, if there are any. */
  function fail(branch: Branch<T, D>, error: unknown): void {
    leave(branch).outlet.error(error);
    if (branches.length === 0) feed.cancel(error);
  }

  /** Nothing more goes into the branch: what it holds waits in its outlet. */
  function leave(branch: Branch<T, D>): Branch<T, D> {
    branches = branches.filter((other) => other !== branch);
    if (branch.dropped > 0) tellDropped(branch);
    while (branch.held.length > 0) branch.outlet.put(branch.held.take()!);
    return branch;
  }

  function leaveAll(): Branch<T, D>[] {
    asking = true; // never again
    return branches.map(leave);
  }

  function openBranch(): Branch<T, D> {
    const outlet = openOutlet<T | D>(
      () => {
        serve(branch);
        askOn();
      },
      (reason) => {
        branch.held.clear();
        const wasWanted = branches.includes(branch);
        branches = branches.filter((other) => other !== branch);
        if (!wasWanted) return;
        if (branches.length === 0) feed.cancel(reason);
        else askOn(); // the others may have waited for this one
      },
    );
    const branch: Branch<T, D> = { outlet, held: openQueue(), dropped: 0, count: 0 };
    return branch;
  }

  branches = Array.from({ length: count }, openBranch);
  return branches.map(({ outlet }) => outlet.readable);
}

interface Branch<T, D> {
  readonly outlet: Outlet<T | D>;
  /** Items that were not read yet; none while a reader waits. */
  readonly held: Queue<T>;
  /** How many items that came before these were dropped, without having been told of. */
  dropped: number;
  /** How many items it was given. */
  count: number;
}

function hasRoom<T, D>({ outlet, held }: Branch<T, D>, buffer: number): boolean {
  return outlet.isHungry() || held.length < buffer;
}

function tooSlow(buffer: number, offset: number): LimitError {
  const message = `Cannot tee: a branch fell behind by more than buffer ${buffer}`;
  return new LimitError(message, { stage: "tee", offset });
}
