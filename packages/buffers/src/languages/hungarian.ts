import type { Language } from "./language.ts";

export const hungarian: Language = {
  tags: "hu",
  abbreviations: "gr id ifj ill kb ld pl vö özv ún ún",
  beforeNumbers: "old sz",
  ordinals: true,
  starters:
    "a az azt azután akkor aki amikor de ez ezt ezután egy én és hogy hol ha igen ki kik még mert mi mikor miért most nem ő ők itt így majd te vagy",
};
