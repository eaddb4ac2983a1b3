import type { Emit } from "@millrace/core";
import { holdText } from "@millrace/core/text";
import type { Scalar, Sink } from "./sink.ts";

/** The names and indexes that lead to a value from the root of its document. */
export type JsonKeys = readonly (string | number)[];

/**
 * What happens to a document at `path`. In order, changes make the document: put an empty object,
 * array or string where one is opened, a value where one comes, and append to strings.
 */
export type JsonChange =
  | { readonly type: "open"; readonly path: JsonKeys; readonly kind: "object" | "array" | "string" }
  | { readonly type: "append"; readonly path: JsonKeys; readonly text: string }
  | {
      readonly type: "value";
      readonly path: JsonKeys;
      readonly value: Scalar;
      /** Not so for a number that may still grow: another value follows for the same path. */
      readonly complete: boolean;
    }
  | {
      readonly type: "close";
      readonly path: JsonKeys;
      /** Not so if the input broke off inside. */
      readonly complete: boolean;
    };

/** Reports what happens to a document, and keeps nothing of it. */
export function reportChanges(emit: Emit<JsonChange>): Sink {
  const open: { path: JsonKeys; isArray: boolean; count: number }[] = []; // outermost first
  const pieces = holdText(); // of a string, and not reported
  let name = ""; // of the member that comes next
  let growing: JsonKeys | undefined; // the path of a scalar that is not whole
  let inText = false; // it is a string
  let shown: number | undefined; // it is a number that has been reported

  /** The path of the value that comes next. */
  function next(): JsonKeys {
    const container = open.at(-1);
    if (container === undefined) return [];
    return [...container.path, container.isArray ? container.count++ : name];
  }

  function emitText(): void {
    const text = pieces.take();
    if (text !== "") emit({ type: "append", path: growing!, text });
  }

  return {
    name(found) {
      name = found;
    },
    open(isArray) {
      const path = next();
      open.push({ path, isArray, count: 0 });
      emit({ type: "open", path, kind: isArray ? "array" : "object" });
    },
    close() {
      emit({ type: "close", path: open.pop()!.path, complete: true });
    },
    value(value) {
      emit({ type: "value", path: growing ?? next(), value, complete: true });
      growing = shown = undefined;
    },
    show(value) {
      growing ??= next();
      if (value === shown) return;
      shown = value;
      emit({ type: "value", path: growing, value, complete: false });
    },
    append(piece) {
      if (growing === undefined) {
        growing = next();
        inText = true;
        emit({ type: "open", path: growing, kind: "string" });
      }
      pieces.add(piece);
    },
    endText() {
      emitText();
      emit({ type: "close", path: growing!, complete: true });
      growing = undefined;
      inText = false;
    },
    settle: emitText,
    abort() {
      if (inText) emit({ type: "close", path: growing!, complete: false });
      for (const { path } of open.reverse()) emit({ type: "close", path, complete: false });
    },
  };
}
