import { stage, type Stage } from "@millrace/core";
import type { TagSection } from "./think-tags.ts";

/** Text up to its last space; the rest is held. */
export function words(): Stage<string, string> {
  return stage((emit) => {
    let held = "";

    function give(): void {
      if (held !== "") emit(held);
      held = "";
    }

    return {
      push(text) {
        held += text;
        const at = held.lastIndexOf(" ") + 1;
        if (at > 0) emit(held.slice(0, at));
        held = held.slice(at);
      },
      flush: give,
      fail: give,
    };
  });
}

/** Ends at the first `]`, as at a stop sequence. */
export function stopping(): Stage<string, string> {
  return stage((emit, end) => ({
    push(text) {
      const at = text.indexOf("]");
      if (at === -1) emit(text);
      else {
        emit(text.slice(0, at));
        end({ code: "stop-sequence", sequence: "]" });
      }
    },
  }));
}

/** Sections between `[` and `]`, unit by unit. */
export function brackets(): Stage<string, TagSection> {
  return stage((emit) => {
    let isInside = false;
    return {
      push(text) {
        for (const unit of text.split("")) {
          if (!isInside && unit === "[") {
            isInside = true;
            emit({ tag: "think", text: "", complete: false });
          } else if (isInside && unit === "]") {
            isInside = false;
            emit({ tag: "think", text: "", complete: true });
          } else if (isInside) emit({ tag: "think", text: unit, complete: false });
          else emit({ text: unit, complete: true });
        }
      },
    };
  });
}
