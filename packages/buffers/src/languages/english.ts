import type { Language } from "./language.ts";

export const english: Language = {
  tags: "en",
  abbreviations:
    "approx asst brig capt cmdr col dept eq esp ft gen gov hon lt maj messrs mt pres rep rev sen sgt " +
    "sr v",
  beforeNumbers:
    "apr aug ch dec feb fig figs jan jul jun mar no nos nov oct op p pp pt sec sep sept ver vol",
  clauseWords:
    "although because but if since though unless until when where whereas which while who",
  starters:
    "a after all also an and as at but by did do does for from he her here his how however i if in " +
    "is it its let many most my no not now on one our she since so some that the their then there " +
    "these they this those to was we what when where which while who why with yes you your",
};
