import type { Language } from "./language.ts";

export const swedish: Language = {
  tags: "sv",
  abbreviations:
    "bl.a ca d.v.s dvs e.d eng ev ex exkl f.d fr.o.m inkl jfr m.a.o resp s.k t.ex t.o.m tel",
  beforeNumbers: "-nr apr aug dec feb fig jan kap kl nov okt s sept st",
  clauseWords: "då eftersom fast men medan när om så tills",
};
