// Makes english.lexicon.br, the lexicon that Itori.Text embeds, from two sources (licences: NOTICE at the repository's root):
//   wink-lexicon   npm package 2.2.0: curated part-of-speech tags of common words, most frequent tag first
//   WordNet 3.0    Debian package wordnet-base (folder usr/share/wordnet): lemmas, irregular forms, sense counts in SemCor
//
//   node build-lexicon.mjs WINK_PACKAGE_FOLDER WORDNET_FOLDER OUTPUT
//
// One line a word, in ordinal order:  word TAB tags [TAB frequency [TAB lemma]]
//   tags       letters, most likely first; capitals are curated, small letters (n v a r) come from WordNet
//   frequency  round(2·log2(1 + count of the lemma in SemCor)), absent where zero and no lemma follows
//   lemma      of an irregular form, where it is none of the regular ones
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const [wink, wordnet, output] = process.argv.slice(2);
if (!output) throw new Error('usage: node build-lexicon.mjs WINK_PACKAGE_FOLDER WORDNET_FOLDER OUTPUT');
const require = createRequire(import.meta.url);

const letterOf = {
  NN: 'N', NNS: 'S', NNP: 'P', NNPS: 'P', JJ: 'J', JJR: 'K', JJS: 'K', VB: 'V', VBP: 'V', VBZ: 'Z', VBD: 'D', VBN: 'E', VBG: 'G',
  RB: 'R', RBR: 'R', RBS: 'R', IN: 'I', RP: 'I', DT: 'T', PDT: 'T', PRP$: 'T', CC: 'C', PRP: 'O', EX: 'O', MD: 'M', TO: 'I',
  WDT: 'W', WP: 'W', WRB: 'W', UH: 'U', CD: 'Q',
};
const plain = word => /^[a-z][a-z'-]*[a-z]$|^[a-z]$/.test(word);
const words = new Map();
const entry = word => {
  let found = words.get(word);
  if (!found) words.set(word, found = { tags: '', count: 0, lemma: '' });
  return found;
};

const curated = require(join(wink, 'src/lexicon.js'));
for (const [word, tags] of Object.entries(curated)) {
  if (!plain(word)) continue;
  const letters = [...new Set(tags.map(tag => letterOf[tag]).filter(Boolean))].join('');
  if (letters) entry(word).tags = letters;
}

// SemCor: how often each lemma was seen as a noun (1), verb (2), adjective (3, 5) and adverb (4).
const counts = new Map();
for (const line of readFileSync(join(wordnet, 'cntlist.rev'), 'utf8').split('\n')) {
  const match = /^([^%]+)%(\d):\S* \d+ (\d+)$/.exec(line);
  if (!match || !plain(match[1])) continue;
  const byPart = counts.get(match[1]) ?? counts.set(match[1], { n: 0, v: 0, a: 0, r: 0 }).get(match[1]);
  byPart['nvara'[match[2] - 1]] += Number(match[3]);
}

const parts = new Map();
for (const [file, letter] of [['noun', 'n'], ['verb', 'v'], ['adj', 'a'], ['adv', 'r']]) {
  for (const line of readFileSync(join(wordnet, `index.${file}`), 'utf8').split('\n')) {
    const word = line.slice(0, line.indexOf(' '));
    if (!plain(word)) continue;
    parts.set(word, (parts.get(word) ?? '') + letter);
  }
}
for (const [word, letters] of parts) {
  const found = entry(word);
  const byPart = counts.get(word) ?? { n: 0, v: 0, a: 0, r: 0 };
  found.count = byPart.n + byPart.v + byPart.a + byPart.r;
  // What is a noun before all else, and no verb, adverb or preposition in WordNet, was mis-tagged as one in the corpora behind the curated tags ("sea", "crop", "world").
  if (found.tags[0] === 'N') found.tags = [...found.tags].filter(tag => !'VRIU'.includes(tag) || letters.includes(tag.toLowerCase())).join('');
  // A curated word keeps its tags alone: WordNet also lists parts of speech that running text hardly uses.
  if (!found.tags) found.tags = [...letters].sort((x, y) => byPart[y] - byPart[x]).join('');
}

for (const [file, letter] of [['noun', 'S'], ['verb', 'D'], ['adj', 'K']]) {
  for (const line of readFileSync(join(wordnet, `${file}.exc`), 'utf8').split('\n')) {
    const [form, lemma] = line.split(' ');
    if (!lemma || !plain(form) || !plain(lemma) || form === lemma) continue;
    const known = words.has(form);
    const found = entry(form);
    if (!known) found.tags = letter === 'D' ? (form.endsWith('ing') ? 'G' : form.endsWith('s') ? 'Z' : 'DE') : letter;
    // A plural that is itself a listed singular ("axes", "data") still needs its lemma when it is tagged as a plural.
    if (!found.lemma && (letter === 'S' || !found.tags.includes('S'))) found.lemma = lemma;
  }
}

const lines = [...words].sort(([x], [y]) => (x < y ? -1 : 1)).map(([word, { tags, count, lemma }]) => {
  const frequency = Math.round(2 * Math.log2(1 + count));
  return word + '\t' + tags + (frequency || lemma ? `\t${frequency || ''}` : '') + (lemma ? `\t${lemma}` : '');
});
const text = Buffer.from(lines.join('\n') + '\n');
const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22, [constants.BROTLI_PARAM_SIZE_HINT]: text.length } };
const packed = brotliCompressSync(text, options);
writeFileSync(output, packed);
console.log(`${lines.length} words, ${text.length} bytes, ${packed.length} compressed`);
