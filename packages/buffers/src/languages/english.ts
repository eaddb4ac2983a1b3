import type { Language } from "./language.ts";

export const english: Language = {
  tags: "en",
  abbreviations:
    "approx asst brig capt cmdr col dept eq esp ft gen gov hon lt maj messrs mt pres rep rev sen sgt " +
    "sr v",
  beforeNumbers:
    "apr aug ch dec feb fig figs jan jul jun mar no nos nov oct op p pp pt sec sep sept ver vol",
};
