// Silent reading of English: 238 words a minute (Brysbaert 2019). Korean is counted by syllable, for its words are whole phrases.
const WORDS_A_MINUTE = 238;
const SYLLABLES_A_MINUTE = 500;

/** Whole minutes that a text takes to read, at least one; Korean and Latin are counted each their own way. */
export function readingMinutes(text: string): number {
  const syllables = text.match(/[가-힣]/g)?.length ?? 0;
  const words = text.match(/[\p{Script=Latin}\p{N}]+/gu)?.length ?? 0;
  return Math.max(1, Math.round(syllables / SYLLABLES_A_MINUTE + words / WORDS_A_MINUTE));
}
