import { status, type Store } from "@millrace/resume";
import type { LiveAnswers } from "./live-answers.ts";
import type { UpstreamModel } from "./upstream.ts";
import { within } from "./within.ts";

const PATIENCE = 2_000; // milliseconds
const REMEMBERED = 5_000; // so that who asks the service does not ask the upstreams
const GATEWAY_STATUSES: readonly number[] = [502, 503, 504];

/** Says in a sentence why the service cannot be used, if so. */
export type Check = () => Promise<string | undefined>;

/** What stands in the way of answers, by the names of the checks; nothing, if the service is ready. */
export async function obstacles(
  checks: Readonly<Record<string, Check>>,
): Promise<Record<string, string>> {
  const found = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await check()] as const),
  );
  return Object.fromEntries(
    found.filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

export function closingCheck(live: LiveAnswers): Check {
  return () => Promise.resolve(live.isClosing ? "The service is closing." : undefined);
}

/** Looks for a stream that is not there. */
export function storeCheck(store: Store): Check {
  return () =>
    within(PATIENCE, status({ id: "ready", store })).then(
      () => undefined,
      () => "The store of streams does not answer.",
    );
}

/** Asks the servers of the models for nothing, and without a key: one that answers is enough. */
export function upstreamCheck(models: readonly UpstreamModel[]): Check {
  let last: { at: number; said: Promise<string | undefined> } | undefined;
  return () => {
    if (last === undefined || Date.now() - last.at > REMEMBERED) {
      const said = Promise.any(models.map(reach)).then(
        () => undefined,
        () => "No upstream can be reached.",
      );
      last = { at: Date.now(), said };
    }
    return last.said;
  };
}

async function reach({ open, model }: UpstreamModel): Promise<void> {
  const signal = AbortSignal.timeout(PATIENCE);
  const messages = [{ role: "user" as const, content: "?" }];
  const { url } = await open(model).request({ messages }, { attempt: 1, signal });
  const { origin } = new URL(url);
  const response = await fetch(origin, { method: "HEAD", redirect: "manual", signal });
  await response.body?.cancel();
  if (GATEWAY_STATUSES.includes(response.status)) throw new Error(`${origin}: ${response.status}`);
}
