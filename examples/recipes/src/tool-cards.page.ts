import { pipe } from "@millrace/core";
import { partialJson } from "@millrace/parsers";
import { toolInputs } from "@millrace/parts";
import { decodeSse } from "@millrace/sse";
import { decodeAiSdkUi } from "@millrace/ui";

interface Card {
  write(delta: string): void;
  end(state: "ready" | "broken"): void;
}

/** A call of a tool that shows its input while the model writes it. */
function addCard(list: Element, toolName: string): Card {
  const card = document.createElement("article");
  const input = document.createElement("pre");
  card.append(toolName, input);
  card.dataset["state"] = "writing";
  list.append(card);
  // A stage is run by hand where deltas of several calls come mixed.
  const draft = partialJson().start(({ value }) => {
    input.textContent = JSON.stringify(value, undefined, 2);
  });
  return {
    write: (delta) => draft.push(delta),
    end(state) {
      card.dataset["state"] = state;
    },
  };
}

/** Asks, and shows the calls of all tools, each as soon as it begins. */
async function showCalls(list: Element): Promise<void> {
  const response = await fetch("/answer", { method: "POST" });
  if (!response.ok || response.body === null) {
    throw new Error(`The server says ${response.status}`);
  }
  const writing = new Map<string, Card>();
  const pieces = pipe(
    response.body,
    decodeSse(),
    decodeAiSdkUi(),
    toolInputs(),
  );
  try {
    for await (const { id, toolName, delta, complete } of pieces) {
      const card = writing.get(id) ?? addCard(list, toolName);
      writing.set(id, card);
      if (complete) {
        card.end("ready");
        writing.delete(id);
      } else card.write(delta);
    }
  } finally {
    // The connection was lost, or what the model wrote is no JSON.
    for (const card of writing.values()) card.end("broken");
  }
}

await showCalls(document.querySelector("main")!);
