import type { MonitorDetail } from '../event.ts';

/**
 * One thing that goes wrong, told in whatever words and order: the line holds one of the stems, fits all of the
 * patterns, and not the last one.
 */
export type Sense = readonly [
  stems: readonly string[],
  all: readonly RegExp[],
  means: MonitorDetail,
  without?: RegExp,
];

/** That something is wrong, in the languages of those who post logs. */
export const WRONG =
  /(?<![\p{L}\d_])(?:fail\w*|err(?:or|eur|ore|o)?|fehler\w*|fallo|falha|blad|unable|can(?:no|')?t|can not|could ?n[o']?t|did ?n[o']?t|not?|n't|none|kein\w*|nicht|pas|impossible|impossibile|[eé]chec|sin|nie|brak|geen|niet|non|false|null(?:ptr)?|nil|refus\w*|reject\w*|denied|dropp\w*|abort\w*|giving up|give up|gave up|invalid|bad|wrong|missing|mancante|manquant\w*|absent\w*|falta|lost|dead|unknown|unsupported|w\/o|without|never|kaput\w*|died|blown|mute|gone|empty|does ?n[o']?t|do ?n[o']?t|is ?n[o']t|have ?n[o']t|perso|persa|verkeerd\w*|manca|introuvable|encontrad[oa]|falso|nepoda\w*|chyb\w*|fehlt|abgelehnt|falsch\w*|incorrect\w*|faux)(?![\p{L}\d_])|!=|(?:->|=>) ?(?:nil|-\d)\b|\bn[ãa]o\b|\bfalhou\b|\bnieznan|\byanl[ıi]|\bdeğil|périm|мало|не |拒绝|过期|未授权|失败|错误|不足|无效|未|нет|ошибк|отказ/iu;
/** Words of normal operation, and of what may be once. */
export const HARMLESS =
  /\b0 (?:times|errors?|failures?|fails|lost)\b|\b(?:no|without) errors?\b|\bnot expired\b|\bdays left\b|\b(?:if|when|unless|in case)\b.{0,24}\b(?:fails?|lost|error)\b|\bwill (?:retry|try)\b|\b(?:timeout|interval|retries) (?:is |was )?(?:set|changed) to\b|\bsuccess\w*\b|\bpassed\b|\bno (?:problem|need|issues?)\b|\bnot (?:needed|required|necessary)\b|\b(?:wdt|watchdog|brownout|crash|errors?|lost|failed|fail): ?(?:no|none|0)(?=[,;.)\]]|$)|(?<!not |was )\bok\b\W*$|\bok,|\bno (?:change|new|update)\b|\bup to date\b|\b(?:MITM|man[- ]in[- ]the[- ]middle) (?:without|attacks?|could|can|would)\b/i;
