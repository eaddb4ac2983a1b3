import type { Language } from "./language.ts";

export const hungarian: Language = {
  tags: "hu",
  abbreviations: "gr id ifj ill kb ld pl vö özv ún ún",
  beforeNumbers: "old sz",
  ordinals: true,
};
