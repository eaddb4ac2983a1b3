import type { Language } from "./language.ts";

export const german: Language = {
  tags: "de",
  abbreviations:
    "a abg b bzw ca d d.h dipl e ehem evtl fa fr frl geb gem gest ggf h hl hr hrn hrsg i " +
    "i.d.r ing inkl insb jg kath lt max med min mio mrd nat o od phil präs red rer s.o s.u " +
    "sog t tel tsd u u.a u.u v vgl vorm z z.b z.t z.zt zzgl",
  beforeNumbers: "abb abs apr art aug bd dez feb jan kap nov -nr okt s sept st -str tab ziff",
  ordinals: true,
  starters:
    "aber alle als am auch auf bei bis da danach dann das der deshalb die dies diese dieser " +
    "dieses doch dort ein eine er es für hier ich ihr in ist ja jetzt man mit nach nein nun " +
    "nur ob schon sein seine seit sie so trotzdem und uns unser unter viele vom von vor war " +
    "warum was wegen weil weiter wenn wer wie wir wo während zu zum zwar",
};
