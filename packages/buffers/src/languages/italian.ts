import type { Language } from "./language.ts";

export const italian: Language = {
  tags: "it",
  abbreviations:
    "arch avv c.a cfr co dott dott.ssa ed egr es gen gent geom ing mons on p.es prof.ssa rag " +
    "rev s sen sig sig.na sig.ra sigg spett ss tel v",
  beforeNumbers: "ago apr art cap dic feb fig giu lug mag mar n nov ott pag pagg set vol",
  clauseWords: "che come dove ma mentre perché però poiché quando quindi se sebbene",
};
