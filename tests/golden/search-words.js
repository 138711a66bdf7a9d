// What readers mean by the words that they type: names, dates, other spellings, misspelt words.
// Nothing here loads anything or knows the page.

// A word or name as it is compared: without capitals, accents, apostrophes, and with one spelling of
// German umlauts. It only has to be the same on both sides.
export function fold(text) {
  return text.toLowerCase().normalize("NFD").replace(/[\p{M}'’‘ʼ`]/gu, "").replace(/ß/g, "ss")
    .replace(/([aou])e/g, "$1");
}
export function split(text) {
  return fold(text).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
}

// --- other spellings ---

// Welsh changes first letters after certain words: Caerdydd, yng Nghaerdydd, i Gaerdydd.
const MUTATIONS = {
  c: ["g", "ngh", "ch"], p: ["b", "mh", "ph"], t: ["d", "nh", "th"], g: ["", "ng"], b: ["f", "m"],
  d: ["dd", "n"], m: ["f"], ll: ["l"], rh: ["r"],
};
// These begin with a letter of their own, which does not change.
const UNCHANGED = /^(ch|dd|ff|ng|ph|th)/;

function mutate(word) {
  if (UNCHANGED.test(word)) return [];
  const first = word.match(/^(ll|rh|[^])/)?.[0] ?? "";
  return (MUTATIONS[first] ?? []).map((other) => other + word.slice(first.length));
}
function unmutate(word) {
  return Object.entries(MUTATIONS).flatMap(([first, others]) => others
    .filter((other) => (other ? word.startsWith(other) : /^([aeiouwyn]|l(?!l)|r(?!h))/.test(word)))
    // "Llan" does not come from "lllan".
    .filter(() => !(first.length > 1 && word.startsWith(first)))
    .map((other) => first + word.slice(other.length)))
    .filter((radical) => mutate(radical).includes(word));
}
function spellWelsh(word) {
  const radicals = unmutate(word);
  return [...radicals, ...[word, ...radicals].flatMap(mutate)];
}

// Not every keyboard has ß and umlauts, and Swiss German has no ß.
const UMLAUTS = { ä: "ae", ö: "oe", ü: "ue" };
function spellGerman(word) {
  const umlauts = [
    word, word.replace(/[aou]e/g, (pair) => ({ ae: "ä", oe: "ö", ue: "ü" })[pair]),
    word.replace(/[äöü]/g, (letter) => UMLAUTS[letter]),
  ];
  return umlauts.flatMap((one) => [one, one.replace(/ss/g, "ß"), one.replace(/ß/g, "ss")]);
}
const SPELLINGS = { cy: spellWelsh, de: spellGerman };

// How else a word can be written in one of the languages.
export function spell(word, languages) {
  const plain = word.toLowerCase().normalize("NFC");
  const others = languages.flatMap((tag) => SPELLINGS[tag.slice(0, 2)]?.(plain) ?? []);
  return [...new Set(others)].filter((other) => other !== plain && other.length > 1);
}

// Languages in which a noun can be the end of another, and of how many letters it must be.
const COMPOUNDING = /^(da|de|fi|hu|is|lb|nb|nl|nn|no|sv)\b/;
const SHORTEST_PART = 4;
export function makesCompounds(languages) {
  return languages.some((tag) => COMPOUNDING.test(tag));
}
// The words, the most frequent first, that have a word in them other than at their beginning.
export function findCompounds(word, vocabulary, most) {
  const part = fold(word);
  if (part.length < SHORTEST_PART) return [];
  return vocabulary.entries.filter(({ key }) => key.indexOf(part) > 0).slice(0, most).map(({ word: whole }) => whole);
}

// --- names ---

// What people put around a name when they ask.
const ASKING = new Set(
  ("a about an and are at by definition der die do does das for how i in is it mean means meaning of on our s stand "
    + "stands the their to und v von was wer what who whom whats whos were when where which with y yr beth pwy "
    + "bedeutet bedeutung ist heisst").split(" ").map(fold),
);
export function dropAsking(words) {
  const rest = words.filter((word) => !ASKING.has(fold(word)));
  return rest.length ? rest : words;
}
// "Chronologies" and "chronology" are the same name.
function singular(word) {
  return word.replace(/ies$/, "y").replace(/([^s])s$/, (whole, letter) => (word.length > 3 ? letter : whole));
}

// Make the names of names.json ready to be compared.
export function prepareNames({ kinds, texts }) {
  return kinds.flatMap(({ kind, names }) => names.map(([name, url, detail, aliases]) => {
    const spellings = [name, ...aliases].map((spelling) => dropAsking(split(spelling)).map(singular));
    const text = texts[url] ?? "";
    return { kind, name, url, detail, spellings, text, words: new Set([...split(text).map(singular), ...spellings.flat()]) };
  }));
}

const EXACT = 3, BEGINNING = 2, PART = 1;
// How well typed words, each in several spellings, suit a spelling of a name; 0: not at all.
function compare(typed, spelling) {
  const rest = [...spelling];
  for (const [place, forms] of typed.entries()) {
    const last = place === typed.length - 1;
    let at = rest.findIndex((word) => forms.has(word));
    if (at < 0 && last) at = rest.findIndex((word) => [...forms].some((form) => form.length > 2 && word.startsWith(form)));
    if (at < 0) return 0;
    if (last && rest.length === 1 && forms.has(rest[at])) return EXACT;
    rest.splice(at, 1);
  }
  const starts = typed.every((forms, place) => [...forms].some((form) => (spelling[place] ?? "").startsWith(form)));
  if (starts) return BEGINNING;
  return typed.length * 2 >= spelling.length ? PART : 0;
}

function spellAll(typed, languages) {
  return dropAsking(split(typed)).map((word) => new Set([word, ...spell(word, languages).map(fold)].map(singular)));
}
// The names that readers mean by what they typed, the best first; ``exact`` if one is written out.
export function findNames(typed, names, languages) {
  const words = spellAll(typed, languages);
  if (!words.length) return { names: [], exact: false };
  const found = names
    .map((name) => ({ name, fit: Math.max(...name.spellings.map((spelling) => compare(words, spelling))) }))
    .filter(({ fit }) => fit).sort((one, other) => other.fit - one.fit);
  const exact = found[0]?.fit === EXACT;
  const best = exact ? found.filter(({ fit }) => fit === EXACT) : found;
  return { names: best.slice(0, 3).map(({ name }) => name), exact };
}

// The names of the pages whose text has all the words.
export function findPages(typed, names, languages) {
  const words = spellAll(typed, languages).filter((forms) => [...forms].some((form) => form.length > 2));
  const has = ({ words: said }) => words.every((forms) => [...forms].some((form) => said.has(form)));
  return words.length ? names.filter((name) => name.text && has(name)).slice(0, 3) : [];
}

// --- dates ---

// Older browsers cannot look behind, so each pattern begins with what may be before it.
const WRITTEN = [
  [/(?:^|[^\d/.-])(\d{4})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{1,2})(?![\d/])/, (year, month, day) => [[day, month, year]]],
  [/(?:^|[^\d/.-])(\d{1,2})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{4}|\d{2})(?![\d/])/, (one, other, year, monthFirst) =>
    (monthFirst ? [[other, one, year], [one, other, year]] : [[one, other, year], [other, one, year]])],
];
const MONTH = /(?:^|[^\d/.-])(?:(\d{1,2})[-/.](\d{4})|(\d{4})-(\d{1,2}))(?![\d/.-])/;
const WORD = /(\d+)|(\p{L}[\p{L}\p{M}]*)/gu;

function makeDate([day, month, year]) {
  const full = Number(year) + (String(year).length === 2 ? 2000 : 0);
  const date = new Date(Date.UTC(2000, month - 1, day));
  date.setUTCFullYear(full);
  // There is no 31 June.
  return full > 999 && date.getUTCMonth() === month - 1 && date.getUTCDate() === Number(day) ? date : null;
}
function code(date) {
  return date.toISOString().slice(0, 10).replaceAll("-", "");
}

// The day or month in what a reader typed, or null: ``readings`` has for each meaning the days as the
// index has them (20121113); ``day`` is the day or the middle of the month. ``names`` are names.json.
export function readDate(typed, names) {
  const text = typed.replace(/[‐‑‒–—−]/g, "-");
  for (const [pattern, order] of WRITTEN) {
    const match = text.match(pattern);
    const dates = match ? order(...match.slice(1), names.monthFirst).map(makeDate).filter(Boolean) : [];
    if (dates.length) return { readings: dates.map((date) => [code(date)]), day: dates[0] };
  }
  const month = text.match(MONTH);
  if (month) return readMonth(month[1] ?? month[4], month[2] ?? month[3]);
  return readNamedDate(text, names);
}
function readMonth(month, year) {
  const days = Array.from({ length: 31 }, (_, place) => makeDate([place + 1, month, year])).filter(Boolean);
  return days.length ? { readings: [days.map(code)], day: days[14] } : null;
}
// "13th November 2012", "November 13, 2012", "13. November 2012", "November 2012".
function readNamedDate(text, { months }) {
  const tokens = [...text.matchAll(WORD)].map(([token]) => token);
  const at = tokens.findIndex((token, place) => months[plain(token)] && /^\d{4}$/.test(nearYear(tokens, place)));
  if (at < 0) return null;
  const month = months[plain(tokens[at])], year = nearYear(tokens, at);
  const before = findDay(tokens, at - 1, -1), after = /^\d{1,2}$/.test(tokens[at + 1] ?? "") ? tokens[at + 1] : "";
  const date = makeDate([before || after || "x", month, year]);
  return date ? { readings: [[code(date)]], day: date } : readMonth(month, year);
}
function plain(word) {
  return word.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
}
// The year follows the month, perhaps after the day and its ending: "November 13th, 2012".
function nearYear(tokens, at) {
  return tokens.slice(at + 1, at + 4).find((token) => /^\d{4}$/.test(token)) ?? "";
}
// The day is before the month, perhaps with an ending or small words: "13th of November", "1af o Fai".
function findDay(tokens, at, step) {
  for (let place = at; place >= 0 && place >= at - 3; place += step) {
    if (/^\d{1,2}$/.test(tokens[place])) return tokens[place];
    if (!/^\p{L}{1,4}$/u.test(tokens[place])) return "";
  }
  return "";
}

// --- misspelt words ---

// Make the words of words.json, and those of names, ready to be compared: the most frequent first.
export function prepareVocabulary({ words, days }, names) {
  const entries = new Map();
  const add = (word, tier) => {
    const key = fold(word);
    if (key.length > 1 && (entries.get(key)?.tier ?? -1) < tier) entries.set(key, { key, word, tier });
  };
  words.forEach((tier, place) => tier.split(" ").filter(Boolean).forEach((word) => add(word, place)));
  // Names are spelt right, and meant more often than they are written.
  for (const { name, text } of names) {
    text.split(" ").filter(Boolean).forEach((word) => add(word, 0));
    for (const word of name.split(/[^\p{L}\p{M}\p{N}'’]+/u)) if (/^\p{L}{3}/u.test(word)) raise(word);
  }
  function raise(word) {
    const known = entries.get(fold(word));
    add(known?.word ?? word, (known?.tier ?? 0) + 2);
  }
  let last = 0;
  return {
    entries: [...entries.values()].sort((one, other) => other.tier - one.tier),
    keys: entries,
    days: days.map((step) => { last += step; return last; }),
  };
}

const ROWS = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
const KEYS = new Map(ROWS.flatMap((row, y) => [...row].map((letter, x) => [letter, [x + y / 2, y]])));
const ALIKE = [..."aeiouyw", "ck", "cs", "sz", "iy", "fv", "gj", "bp", "dt", "mn"];
function substitution(one, other) {
  if (/[aeiouyw]/.test(one) && /[aeiouyw]/.test(other)) return 0.7;
  if (ALIKE.some((pair) => pair.length === 2 && pair.includes(one) && pair.includes(other))) return 0.7;
  const [a, b] = [KEYS.get(one), KEYS.get(other)];
  return a && b && Math.abs(a[0] - b[0]) <= 1.1 && Math.abs(a[1] - b[1]) <= 1 ? 0.8 : 1;
}
// How far two words are from each other: letters left out, too many, wrong, or in the wrong order
// (optimal string alignment). Slips that happen easily count less. Stop where it gets more than ``most``.
export function distance(one, other, most) {
  if (Math.abs(one.length - other.length) > most / 0.5) return Infinity;
  let before = [], row = [0];
  for (let x = 1; x <= other.length; x++) row[x] = row[x - 1] + gap(other, x - 1);
  for (let y = 1; y <= one.length; y++) {
    const next = [row[0] + gap(one, y - 1)];
    let least = next[0];
    for (let x = 1; x <= other.length; x++) {
      const a = one[y - 1], b = other[x - 1];
      next[x] = Math.min(
        row[x - 1] + (a === b ? 0 : substitution(a, b)),
        row[x] + gap(one, y - 1), next[x - 1] + gap(other, x - 1),
      );
      if (y > 1 && x > 1 && a === other[x - 2] && one[y - 2] === b && a !== b) next[x] = Math.min(next[x], before[x - 2] + 0.7);
      least = Math.min(least, next[x]);
    }
    if (least > most) return Infinity;
    [before, row] = [row, next];
  }
  // People rarely miss the first letter.
  return row[other.length] + (one[0] === other[0] ? 0 : 0.5);
}
// The cost of a letter that only one word has: less if it doubles the one beside it.
function gap(word, at) {
  return word[at] === word[at - 1] || word[at] === word[at + 1] ? 0.6 : 1;
}

function tolerance(length) {
  if (length < 3) return 0;
  if (length < 4) return 0.7;
  if (length < 6) return 1.1;
  return length < 9 ? 2 : 2.3;
}
// Each doubling of how often a word is written makes up for this much distance.
const FREQUENT = 0.06;

// The word that a misspelt one was meant to be, or null. ``rarest`` is the least tier that it may have.
export function correct(word, vocabulary, most = tolerance(fold(word).length), rarest = 0) {
  const typed = fold(word);
  let best = null, least = Infinity;
  for (const entry of vocabulary.entries) {
    if (entry.tier < rarest) break;
    if (entry.key === typed) continue;
    const far = distance(typed, entry.key, most);
    if (far > most) continue;
    const cost = far - FREQUENT * entry.tier;
    if (cost < least) [best, least] = [entry, cost];
  }
  return best;
}

// Correct what was typed; ``state(word)`` is "unknown", "rare" or "known". Return null if nothing
// better is known.
export function suggest(words, vocabulary, state) {
  const better = [];
  for (let place = 0; place < words.length; place++) {
    const [word, next] = [words[place], words[place + 1]];
    // The space may be too much, or in the wrong place.
    const joined = next && (state(word) !== "known" || state(next) !== "known")
      && (vocabulary.keys.get(fold(word + next))?.word ?? cut(word + next, vocabulary));
    if (joined) {
      better.push(joined);
      place++;
    } else if (state(word) === "unknown") {
      better.push(vocabulary.keys.get(fold(word))?.word ?? correct(word, vocabulary)?.word ?? cut(word, vocabulary) ?? word);
    } else if (state(word) === "rare") {
      const tier = vocabulary.keys.get(fold(word))?.tier ?? 0;
      better.push(correct(word, vocabulary, 1, tier + 2)?.word ?? word);
    } else better.push(word);
  }
  const same = better.length === words.length && better.every((word, place) => fold(word) === fold(words[place]));
  return same ? null : better.join(" ");
}
// Two words that were written as one.
function cut(word, vocabulary) {
  let best = null, most = 0;
  for (let place = 3; place <= word.length - 3; place++) {
    const parts = [word.slice(0, place), word.slice(place)].map((part) => vocabulary.keys.get(fold(part)));
    const tier = parts.every(Boolean) ? Math.min(...parts.map((part) => part.tier)) : 0;
    if (tier > most) [best, most] = [parts.map((part) => part.word).join(" "), tier];
  }
  return best;
}

// The days, as codes, that are nearest to another: one before and one after it, the nearest first.
export function findNearestDays(day, days) {
  const ordinal = Math.round(day.getTime() / 864e5) + 719163;
  const after = days.findIndex((one) => one >= ordinal);
  const near = after < 0 ? [days.at(-1)] : [days[after - 1], days[after]];
  return near.filter(Boolean).sort((one, other) => Math.abs(one - ordinal) - Math.abs(other - ordinal)).map((one) => code(new Date((one - 719163) * 864e5)));
}