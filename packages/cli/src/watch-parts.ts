import { stage, type Stage } from "@millrace/core";
import { isFailurePart, type Part } from "@millrace/parts";

/**
 * Parts, unchanged; tells of the first that says that the answer is not whole. Behind `text` nobody could
 * see it any more, and an answer that broke off would look like one that is finished.
 */
export function watchParts(onFailure: (what: string) => void): Stage<Part, Part> {
  return stage((emit) => {
    let isKnown = false;
    let said = "The answer broke off."; // or the last error, though it may have been none by itself
    return {
      push(part) {
        if (part.type === "error")
          said = `The answer failed: ${part.error.kind}: ${part.error.message}`;
        if (!isKnown && isFailurePart(part)) {
          isKnown = true;
          onFailure(said);
        }
        emit(part);
      },
    };
  });
}
