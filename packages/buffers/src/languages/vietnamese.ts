import type { Language } from "./language.ts";

export const vietnamese: Language = {
  tags: "vi",
  abbreviations: "bs gs pgs q ths tp ts tx",
  beforeNumbers: "tr",
};
