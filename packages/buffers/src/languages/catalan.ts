import type { Language } from "./language.ts";

export const catalan: Language = {
  tags: "ca",
  abbreviations: "av c dept dra p.ex pl sr sra sta",
  beforeNumbers: "art cap fig núm pàg vol",
};
