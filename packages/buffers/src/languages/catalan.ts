import type { Language } from "./language.ts";

export const catalan: Language = {
  tags: "ca",
  abbreviations: "av c dept dra p.ex pl sr sra sta",
  beforeNumbers: "abr ag art cap des febr fig gen jul juny nov núm oct pàg set vol",
};
