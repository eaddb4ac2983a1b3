import type { Language } from "./language.ts";

export const turkish: Language = {
  tags: "tr",
  abbreviations: "alb av bkz bşk cad doç gen hz mah sn sok tel yrd yzb örn",
  beforeNumbers: "md no s",
  ordinals: true,
  starters:
    "ama ancak bir biz bu bunlar bunu çünkü daha ve evet hayır kim ne neden nasıl o onlar onu sen siz sonra şimdi şu ya",
};
