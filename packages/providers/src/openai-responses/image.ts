import type { Answer } from "../shared/answer.ts";
import { text, type Wire } from "../shared/wire.ts";

const MEDIA_TYPES: ReadonlyMap<string, string> = new Map([
  ["svg", "image/svg+xml"],
  ["", "image/png"],
]);

/** An image in the making, or made; nothing where there is none. */
export function emitImage(
  { emit }: Answer,
  about: Wire,
  data: string,
  id: string | undefined,
  preliminary = false,
): void {
  if (data === "") return;
  const format = text(about["output_format"]);
  emit({
    type: "file",
    ...(id !== undefined && { id }),
    mediaType: MEDIA_TYPES.get(format) ?? `image/${format}`,
    data: { type: "data", data },
    ...(preliminary && { preliminary }),
  });
}
