import type { Language } from "./language.ts";

export const arabic: Language = {
  tags: "ar",
  abbreviations: "أ أ.د د م",
  beforeNumbers: "ص",
};
