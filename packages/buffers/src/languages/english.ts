import type { Language } from "./language.ts";

export const english: Language = {
  tags: "en",
  abbreviations:
    "adm approx assoc asst ave brig capt cf cmdr col dept det e.g ed eds eq eqs esp est fig " +
    "figs fr ft gen gov hon incl lt ltcol maj messrs mlle mme mt ph pres rep rev sen sgt sr " +
    "supt univ v viz vol vols",
  beforeNumbers:
    "apr art aug bk ch dec ex ext feb jan jul jun mar no nos nov oct op p par pp pt sec sep " +
    "sept ver",
};
