// The engine of the search: Pagefind reads the indexes; this script combines the results from all of
// them, and finds names, days and what misspelt words were meant to be.
import {
  dropAsking, findCompounds, findNames, findNearestDays, findPages, fold, makesCompounds, prepareNames, prepareVocabulary,
  readDate, spell, split, suggest,
} from "./search-words.js";

// How many spellings of a query are tried, how many compounds a word stands for, and how many
// reports are few enough for another word to be meant.
const SPELLINGS = 12, COMPOUNDS = 8, FEW = 2;
// Of a longer query, only the first words count.
const MOST_WORDS = 8;
// In milliseconds.
const SOON = 1000;
const NO_NAMES = { kinds: [], texts: {}, months: {}, monthFirst: false };

// A file may disappear if the site is published again while a reader has it open. Pagefind would wait
// for it for ever, or find nothing.
let lost = () => {}, loss;
// Pagefind requests one file after another. To save time, fetch those files in parallel beforehand.
const ahead = new Map();
// Without workers, Pagefind fetches in this thread, where lost files can be noticed.
window.Worker = undefined;
const fetching = window.fetch;
window.fetch = async (...asked) => {
  // A late answer to a failed attempt must not make the next attempt fail.
  const tell = lost;
  const { pathname } = new URL(asked[0], document.baseURI);
  const early = ahead.get(pathname);
  ahead.delete(pathname);
  const answer = await (early ?? fetching(...asked)).catch((error) => { tell(error); throw error; });
  if (!answer.ok) tell(new Error(`${answer.status}: ${answer.url}`));
  return answer;
};

function fetchAhead(address, options) {
  const answer = fetching(address, options);
  ahead.set(address.pathname, answer);
  return answer;
}

export function letters(text) {
  return text.toLowerCase().normalize("NFD").replace(/[^\p{L}\p{N}]/gu, "");
}
// Readers may leave out accents and punctuation: compare letters and digits only, of a word and of its
// parts ("follow-up", "follow", "up").
export function forms(text) {
  return [text, ...text.split(/[^\p{L}\p{N}\p{M}]+/u)].map(letters);
}
export function inCommon(one, other) {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}
export function sumOf(list, value) {
  return list.reduce((sum, one) => sum + value(one), 0);
}
// The words of a report as Pagefind counts them. Between words of languages without spaces, it puts
// another sign, and writes "<" as HTML does.
export function textOf(report) {
  const raw = (report.raw_content ?? report.content).replace(/&lt;/g, "<").replace(/&gt;/g, ">");
  return raw.includes("\u200b") ? raw.split("\u200b") : raw.split(/[\r\n\s]+/);
}

function tokensOf(query) {
  return query.split(/[\s"“”„]+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
}
function wordsOf(query) {
  return [...new Set(tokensOf(query.toLowerCase()))].slice(0, MOST_WORDS);
}
// The index of a result is part of its id: "en-x-20121101_4c61e47".
function tierOf(result) {
  return result.id.slice(result.id.indexOf("-x-") + 3, result.id.lastIndexOf("_"));
}
// The weight of a word that is in ``having`` of ``reports`` reports: rare words weigh more (BM25).
function weightOf(reports, having) {
  return Math.log(1 + (reports - having + 0.5) / (having + 0.5));
}

// What a promise gives, or null if it takes too long.
function soon(promise) {
  return Promise.race([promise, new Promise((resolve) => { setTimeout(resolve, SOON, null); })]);
}

// If no report contains a word, Pagefind looks for longer words that begin with it, or else for the
// longest word that it begins with, even "of" for "Ofsted". Look at one result to see whether the reader
// may have meant that word.
async function isMeant(word, result) {
  const report = await result.data();
  const plain = letters(word), text = textOf(report);
  return report.locations.flatMap((place) => forms(text[place] ?? "")).some((form) => {
    const same = inCommon(plain, form);
    return same >= plain.length - 3 && same * 3 >= plain.length * 2;
  });
}

// Load the search: ``tiers`` are the names of the indexes, newest first, each with its number of
// reports; ``languages`` are those of the reports.
export async function load({ root, tiers, languages }) {
  loss = new Promise((_, reject) => { lost = reject; });
  loss.catch(() => {});
  const search = new Search(root, tiers, languages);
  await Promise.race([search.load(), loss]);
  return search;
}

class Search {
  constructor(root, tiers, languages) {
    this.root = root;
    this.tiers = tiers;
    this.languages = languages;
    this.sizes = new Map(tiers);
    this.age = new Map(tiers.map(([name], place) => [name, place]));
    this.all = sumOf(tiers, ([, size]) => size);
    this.spreads = new Map();
  }

  async load() {
    // Where programs like Pagefind's may not run, it would not always say so: try an empty one.
    await WebAssembly.compile(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
    ahead.clear();
    const names = this.loadJson("names.json").catch(() => NO_NAMES).then((named) => this.useNames(named));
    this.useNames(NO_NAMES);
    this.tiers.forEach(([name], place) => this.fetchBeginning(name, place).catch(() => {}));
    this.pagefind = await import(this.folder(this.tiers[0][0], "pagefind.js").href);
    const none = { date: 0, day: 0, days: 0, language: 0 };
    const options = { baseUrl: this.root.pathname, excerptLength: 24, ranking: { metaWeights: { title: 3, ...none } } };
    // In case this is a second attempt: an index that is merged twice gives every result twice.
    await this.pagefind.destroy();
    await this.pagefind.options(options);
    await this.pagefind.init();
    await Promise.all(this.tiers.slice(1).map(([name]) =>
      this.pagefind.mergeIndex(this.folder(name, "").href, { ...options, language: document.documentElement.lang })));
    await soon(names);
  }
  useNames(named) {
    this.named = named;
    this.names = prepareNames(named);
    return this.names;
  }

  folder(name, path) {
    return new URL(`search/${name}/${path}`, this.root);
  }
  // Without these files, there are results all the same.
  async loadJson(name) {
    const answer = await fetching(new URL(`search/${name}`, this.root), { cache: "no-cache" });
    return answer.json();
  }
  // Fetch the entry file of an index, then the metadata that it names. Pagefind itself requests the
  // metadata of the first index just as early.
  async fetchBeginning(name, place) {
    const entry = await fetchAhead(this.folder(name, "pagefind-entry.json"), { cache: "no-cache" });
    if (!place) return;
    const { languages } = await entry.clone().json();
    await Promise.all(Object.values(languages).map(({ hash }) => fetchAhead(this.folder(name, `pagefind.${hash}.pf_meta`))));
  }
  // Most searches need no list of words. It is null if it cannot be loaded.
  vocabulary() {
    this.words ??= this.loadJson("words.json").then((words) => prepareVocabulary(words, this.names)).catch(() => null);
    return this.words;
  }
  preload(query) {
    return this.pagefind.preload(query);
  }
  // Wait for something, or until a file turns out to be lost.
  or(something) {
    return Promise.race([something, loss]);
  }
  run(query, filters, newest) {
    return this.or(this.find(query, filters, newest));
  }

  // Find the reports that contain exactly this word, and count in each index the reports that contain it
  // or a word that the reader may have meant.
  async spread(word) {
    if (!this.spreads.has(word)) {
      const { results: exact } = await this.pagefind.search(`"${word}"`);
      const { results } = exact.length ? { results: exact } : await this.pagefind.search(word);
      const first = new Map(), counts = new Map();
      for (const result of results) {
        const tier = tierOf(result);
        if (!first.has(tier)) first.set(tier, result);
        counts.set(tier, (counts.get(tier) ?? 0) + 1);
      }
      if (!exact.length) {
        await Promise.all([...first].map(async ([tier, result]) => {
          if (!await isMeant(word, result)) counts.delete(tier);
        }));
      }
      this.spreads.set(word, { word, counts, exact: new Set(exact.map((result) => result.id)) });
    }
    return this.spreads.get(word);
  }
  // The other spellings of a word that reports contain, and the compounds that it is a part of.
  async alternatives(word) {
    const others = spell(word, this.languages);
    if (makesCompounds(this.languages)) {
      const vocabulary = await soon(this.vocabulary());
      if (vocabulary) others.push(...findCompounds(word, vocabulary, COMPOUNDS));
    }
    const spreads = await Promise.all(others.map((other) => this.spread(other.toLowerCase())));
    return spreads.filter(({ exact }) => exact.size);
  }
  weightOfWord(word) {
    return this.weigh(this.spreads.get(word) ?? { counts: new Map() });
  }
  weigh({ counts }) {
    return weightOf(this.all, sumOf([...counts.values()], Number));
  }
  byAge(one, other) {
    return this.age.get(one.tier) - this.age.get(other.tier);
  }

  async search(term, options) {
    return (await this.pagefind.search(term, options)).results
      .map((result) => ({ id: result.id, tier: tierOf(result), score: result.score, data: result.data }));
  }
  async newestFirst(results, filters) {
    const order = await this.search(null, { filters, sort: { date: "desc" } });
    const place = new Map(order.map(({ id, score }) => [id, score]));
    return [...results].sort((one, other) => this.byAge(one, other) || place.get(other.id) - place.get(one.id));
  }

  // Results from several indexes cannot simply be joined. An index that lacks a word looks for another
  // word, or only for the remaining ones, and each index has its own idea of how rare a word is. Reports
  // with exactly these words come first, then those with the words next to each other.
  async findSpelling(spreads, query, filters, whole) {
    const results = await this.search(query, { filters });
    const sideBySide = new Set(spreads.length > 1 && !whole
      ? (await this.search(`"${spreads.map(({ word }) => word).join(" ")}"`, { filters })).map(({ id }) => id) : []);
    const total = sumOf(spreads, (one) => this.weigh(one));
    const kept = results.filter(({ tier }) => spreads.every(({ counts }) => counts.has(tier)));
    for (const result of kept) {
      const size = this.sizes.get(result.tier);
      result.score *= total / sumOf(spreads, ({ counts }) => weightOf(size, counts.get(result.tier)));
      result.exact = sumOf(spreads, (one) => one.exact.has(result.id) ? this.weigh(one) : 0);
      result.sideBySide = Number(sideBySide.has(result.id));
    }
    return kept;
  }
  // Find words, each in all of its spellings. ``words`` are all that were looked for, ``unknown`` those
  // that no report contains, ``rare`` those that few contain.
  async findWords(query, filters) {
    const words = wordsOf(query);
    const whole = /^\s*".*"\s*$/.test(query);
    const spreads = await Promise.all(words.map((word) => this.spread(word)));
    const others = whole ? words.map(() => []) : await Promise.all(words.map((word) => this.alternatives(word)));
    const choices = words.map((_, place) => [spreads[place], ...others[place]].filter(({ counts }) => counts.size));
    const unknown = words.filter((_, place) => !choices[place].length);
    const known = choices.filter((choice) => choice.length);
    const rare = words.filter((_, place) => !unknown.includes(words[place]) && spreads[place].exact.size <= FEW);
    const answer = { results: [], unknown, rare, words: known.flat().map(({ word }) => word) };
    if (!known.length || (unknown.length && whole)) return answer;
    let rows = [[]];
    for (const choice of known) rows = rows.flatMap((row) => choice.map((one) => [...row, one])).slice(0, SPELLINGS);
    const best = new Map();
    for (const row of rows) {
      const typed = !unknown.length && row.every((one, place) => one === spreads[place]);
      const asked = typed ? query : row.map(({ word }) => word).join(" ");
      for (const result of await this.findSpelling(row, asked, filters, whole)) {
        const before = best.get(result.id);
        if (!before || compareResults(result, before) < 0) best.set(result.id, result);
      }
    }
    answer.results = [...best.values()].sort((one, other) => compareResults(one, other) || this.byAge(one, other));
    return answer;
  }

  // Find the reports that contain some of the words, those with the rarest and the most of them first.
  async findSome(words, filters) {
    const scores = new Map(), results = new Map();
    for (const word of words) {
      const { exact } = await this.spread(word);
      for (const result of exact.size ? await this.search(`"${word}"`, { filters }) : []) {
        results.set(result.id, result);
        scores.set(result.id, (scores.get(result.id) ?? 0) + this.weightOfWord(word));
      }
    }
    return [...results.values()].sort((one, other) => scores.get(other.id) - scores.get(one.id) || this.byAge(one, other));
  }

  // Find the reports of a day or month; where there is none, those of the nearest days.
  async findDays({ readings, day }, filters) {
    // Without quotation marks, Pagefind would look for the beginning of a number that is not there.
    const search = async (codes) => (await Promise.all(codes.map((code) => this.search(`"${code}"`, { filters })))).flat();
    for (const codes of readings) {
      const results = await search(codes);
      if (results.length) return { results: await this.newestFirst(results, filters), nearest: false };
    }
    const vocabulary = await soon(this.vocabulary());
    const nearest = vocabulary ? findNearestDays(day, vocabulary.days) : [];
    const results = await search(nearest);
    return { results, nearest: results.length > 0 };
  }

  // Find what a reader means: ``names`` that suit, reports as ``results``, ``unknown`` words, a
  // ``suggestion`` of what misspelt words were meant to be, which the results are of if words are unknown,
  // and whether the results are of the ``nearest`` days, or have only ``some`` of the words. ``later`` is a promise of a
  // better answer.
  async find(typed, filters, newest) {
    // Pagefind knows straight quotation marks only.
    const query = typed.replace(/[“”„]/g, '"');
    const answer = { names: [], unknown: [], words: [], suggestion: null, nearest: false, some: false };
    if (!query) return { ...answer, results: await this.newestFirst(await this.search(null, { filters }), filters) };
    const filtered = Object.keys(filters).length > 0;
    const find = (text) => (filtered ? { names: [], exact: false } : findNames(text, this.names, this.languages));
    let { names, exact } = find(query);
    Object.assign(answer, await this.findWords(query, filters), { names });
    const date = readDate(query, this.named);
    if (date) {
      const { results, nearest } = await this.findDays(date, filters);
      const ids = new Set(results.map(({ id }) => id));
      // Of the reports of that time, those that have the other words first.
      const both = answer.results.filter(({ id }) => ids.has(id));
      const first = [...both, ...results.filter(({ id }) => !both.some((one) => one.id === id))];
      const rest = answer.results.filter(({ id, sideBySide }) => !ids.has(id) && (sideBySide || !nearest));
      answer.nearest = nearest;
      answer.results = [...nearest ? results : first, ...rest];
      if (results.length) Object.assign(answer, { unknown: [], rare: [] });
    }
    if (exact) answer.unknown = [];
    const finish = async () => {
      if (!answer.results.length && !exact) await this.addSome(answer, query, filters);
      if (newest) answer.results = await this.newestFirst(answer.results, filters);
      return answer;
    };
    const found = answer.results.length && !answer.unknown.length && !answer.rare.length;
    // What no report says may be on an ordinary page.
    const pages = found || filtered || names.length ? [] : findPages(query, this.names, this.languages);
    answer.names.push(...pages);
    if (exact || pages.length || answer.nearest || found) return finish();
    const suggested = this.addSuggestion(answer, query, filters, find).then(finish);
    if (await soon(suggested)) return answer;
    // The list of words takes long: show what there is meanwhile.
    return { ...answer, later: suggested };
  }
  // Where no report contains all the words, look for those that matter, and then for some of them.
  async addSome(answer, query, filters) {
    if (query.includes('"')) return;
    const words = wordsOf(query), fewer = dropAsking(words);
    if (fewer.length < words.length) Object.assign(answer, await this.findWords(fewer.join(" "), filters));
    if (!answer.results.length && fewer.length > 1) {
      answer.results = await this.findSome(fewer, filters);
      Object.assign(answer, { words: fewer, some: answer.results.length > 0 });
    }
  }
  async addSuggestion(answer, query, filters, find) {
    const vocabulary = await this.vocabulary();
    if (!vocabulary) return;
    const spelt = new Set(this.names.flatMap(({ name }) => split(name)));
    const state = (token) => {
      const word = token.toLowerCase();
      if (spelt.has(fold(word))) return "known";
      if (answer.unknown.includes(word)) return "unknown";
      if (!answer.rare.includes(word)) return "known";
      if (this.spreads.get(word).exact.size) return "rare";
      // It is like a word that was found, or the beginning of one, which may not be typed yet.
      const begins = vocabulary.entries.some(({ key }) => key.startsWith(fold(word)));
      return begins && !answer.unknown.length ? "known" : "unknown";
    };
    answer.suggestion = suggest(tokensOf(query).slice(0, MOST_WORDS), vocabulary, state);
    if (!answer.suggestion) return;
    const { names, exact } = find(answer.suggestion);
    if (exact) answer.names = names;
    if (!answer.unknown.length) return;
    const better = await this.findWords(answer.suggestion.toLowerCase(), filters);
    if (!better.results.length && !names.length) answer.suggestion = null;
    else Object.assign(answer, better, { names });
  }
}

function compareResults(one, other) {
  return other.exact - one.exact || other.sideBySide - one.sideBySide || other.score - one.score;
}