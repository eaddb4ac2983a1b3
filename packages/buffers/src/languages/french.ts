import type { Language } from "./language.ts";

export const french: Language = {
  tags: "fr",
  abbreviations:
    "apr av bd c.-à-d dir env ex hab mgr mlle mlles mm mme mmes p.ex pr resp réf ste tél éd",
  beforeNumbers: "art avr chap déc fig févr janv juil n nov oct p pp sept t vol",
  clauseWords:
    "afin alors car donc lorsque mais où parce pendant puis puisque quand que qui si tandis",
};
