// The search. Pagefind reads the indexes; this script combines the results from all of them.
const form = document.querySelector("form.searching");
const given = form.dataset;
const field = form.elements.q;
const count = form.querySelector(".count");
const list = document.querySelector(".results");
const more = document.querySelector(".more");
// Other ways to find reports. Results replace them, so that nothing moves down.
const browse = document.querySelector(".browse");
const root = new URL(given.root || "./", document.baseURI);
// The names of the indexes, newest first, each with its number of reports.
const tiers = given.tiers.trim().split(" ").map((tier) => tier.split("="));
const sizes = new Map(tiers.map(([name, size]) => [name, Number(size)]));
const age = new Map(tiers.map(([name], place) => [name, place]));
const all = sumOf([...sizes.values()], Number);
const ON_A_PAGE = 10, SECTIONS = 3, PAUSE = 40;

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
// Fetch the entry file of an index, then the metadata that it names. Pagefind itself requests the
// metadata of the first index just as early.
async function fetchBeginning(name, place) {
  const folder = new URL(`search/${name}/`, root);
  const entry = await fetchAhead(new URL("pagefind-entry.json", folder), { cache: "no-cache" });
  if (!place) return;
  const { languages } = await entry.clone().json();
  await Promise.all(Object.values(languages).map(({ hash }) => fetchAhead(new URL(`pagefind.${hash}.pf_meta`, folder))));
}

let loading;
async function load() {
  ahead.clear();
  tiers.forEach(([name], place) => fetchBeginning(name, place).catch(() => {}));
  const pagefind = await import(new URL(`search/${tiers[0][0]}/pagefind.js`, root).href);
  const options = { baseUrl: root.pathname, excerptLength: 24, ranking: { metaWeights: { title: 3, date: 0, day: 0 } } };
  // In case this is a second attempt: an index that is merged twice gives every result twice.
  await pagefind.destroy();
  await pagefind.options(options);
  await pagefind.init();
  await Promise.all(tiers.slice(1).map(([name]) =>
    pagefind.mergeIndex(new URL(`search/${name}/`, root).href, { ...options, language: document.documentElement.lang })));
  return pagefind;
}
function engine() {
  if (!loading) {
    loss = new Promise((_, reject) => { lost = reject; });
    loss.catch(() => {});
    spreads.clear();
    loading = load();
  }
  return Promise.race([loading, loss]);
}

// The index of a result is part of its id: "en-x-20121101_4c61e47".
function tierOf(result) {
  return result.id.slice(result.id.indexOf("-x-") + 3, result.id.lastIndexOf("_"));
}

function wordsOf(query) {
  const words = query.toLowerCase().split(/[\s"“”„]+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  return [...new Set(words)].slice(0, 8);
}

// Readers may leave out accents and punctuation: compare letters and digits only, of a word and of its
// parts ("follow-up", "follow", "up").
function letters(text) {
  return text.toLowerCase().normalize("NFD").replace(/[^\p{L}\p{N}]/gu, "");
}
function forms(text) {
  return [text, ...text.split(/[^\p{L}\p{N}\p{M}]+/u)].map(letters);
}
function inCommon(one, other) {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}
function said(report) {
  return report.content.split(/\s+/);
}

// If no report contains a word, Pagefind looks for longer words that begin with it, or else for the
// longest word that it begins with, even "of" for "Ofsted". Look at one result to see whether the reader
// may have meant that word.
async function isMeant(word, result) {
  const report = await result.data();
  const plain = letters(word), text = said(report);
  return report.locations.flatMap((place) => forms(text[place] ?? "")).some((form) => {
    const same = inCommon(plain, form);
    return same >= plain.length - 3 && same * 3 >= plain.length * 2;
  });
}

// Find the reports that contain exactly this word, and count in each index the reports that contain it
// or a word that the reader may have meant.
const spreads = new Map();
async function spread(pagefind, word) {
  if (!spreads.has(word)) {
    const { results: exact } = await pagefind.search(`"${word}"`);
    const { results } = exact.length ? { results: exact } : await pagefind.search(word);
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
    spreads.set(word, { counts, exact: new Set(exact.map((result) => result.id)) });
  }
  return spreads.get(word);
}

// The weight of a word that is in ``having`` of ``reports`` reports: rare words weigh more (BM25).
function weightOf(reports, having) {
  return Math.log(1 + (reports - having + 0.5) / (having + 0.5));
}
function weightOfAll({ counts }) {
  return weightOf(all, sumOf([...counts.values()], Number));
}
function sumOf(list, value) {
  return list.reduce((sum, one) => sum + value(one), 0);
}

// Results from several indexes cannot simply be joined. An index that lacks a word looks for another
// word, or only for the remaining ones, and each index has its own idea of how rare a word is. Reports
// with exactly these words come first, then those with the words next to each other.
async function find(pagefind, typed, filters) {
  // Pagefind knows straight quotation marks only.
  const query = typed.replace(/[“”„]/g, '"');
  const byAge = (one, other) => age.get(one.tier) - age.get(other.tier);
  const search = async (term, options) => (await pagefind.search(term, { filters, ...options })).results
    .map((result) => ({ id: result.id, tier: tierOf(result), score: result.score, data: result.data }));
  if (!query) {
    const results = await search(null, { sort: { date: "desc" } });
    return { results: results.sort((one, other) => byAge(one, other) || other.score - one.score), unknown: [] };
  }
  const words = wordsOf(query);
  const spreadOut = await Promise.all(words.map((word) => spread(pagefind, word)));
  const known = spreadOut.filter(({ counts }) => counts.size);
  const unknown = words.filter((_, place) => !spreadOut[place].counts.size);
  const whole = /^\s*".*"\s*$/.test(query);
  if (!known.length || (unknown.length && whole)) return { results: [], unknown };
  const asked = words.filter((word) => !unknown.includes(word)).join(" ");
  const results = await search(unknown.length ? asked : query, {});
  const sideBySide = new Set(known.length > 1 && !whole ? (await search(`"${asked}"`, {})).map(({ id }) => id) : []);
  const total = sumOf(known, weightOfAll);
  const kept = results.filter(({ tier }) => known.every(({ counts }) => counts.has(tier)));
  for (const result of kept) {
    const size = sizes.get(result.tier);
    result.score *= total / sumOf(known, ({ counts }) => weightOf(size, counts.get(result.tier)));
    result.exact = sumOf(known, (one) => one.exact.has(result.id) ? weightOfAll(one) : 0);
    result.sideBySide = Number(sideBySide.has(result.id));
  }
  kept.sort((one, other) =>
    other.exact - one.exact || other.sideBySide - one.sideBySide || other.score - one.score || byAge(one, other));
  return { results: kept, unknown };
}

function element(name, ...children) {
  const made = document.createElement(name);
  made.append(...children);
  return made;
}
function link(address, text) {
  const made = element("a", text);
  made.href = address;
  return made;
}
function time({ date, day }) {
  const made = element("time", day);
  made.dateTime = date.replace(/^(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3");
  return made;
}
// In an excerpt, <mark> is the only HTML; the rest is text.
function marked(excerpt) {
  const made = document.createDocumentFragment();
  excerpt.split(/<mark>(.*?)<\/mark>/s).forEach((part, place) => {
    const text = part.replace(/&lt;/g, "<").replace(/&gt;/g, ">");
    if (place % 2) made.append(element("mark", text));
    else if (text) made.append(text);
  });
  return made;
}

// Sections with more of the words come first, above all with the exact words, or with the words next
// to each other.
function weigh(section, words, text) {
  const found = section.locations.map((place) => forms(text[place] ?? ""));
  const near = (word) => Math.max(...found.flat().map((form) =>
    form === word ? 1 : inCommon(form, word) / Math.max(form.length, word.length) / 2));
  const weights = words.map((word) => weightOfAll(spreads.get(word) ?? { counts: new Map() }));
  const plain = words.map(letters);
  const sideBySide = words.length > 1 && section.locations.some((place) =>
    plain.every((word, next) => forms(text[place + next] ?? "").includes(word)));
  const known = sumOf(plain.map((word, place) => near(word) * weights[place]), Number);
  return (known + (sideBySide ? sumOf(weights, Number) : 0)) * 1e6 + sumOf(section.weighted_locations, (place) => place.balanced_score);
}
function entries(report) {
  const words = wordsOf(field.value), text = said(report);
  const sections = report.sub_results.map((section) => [words.length ? weigh(section, words, text) : 0, section]).sort((one, other) => other[0] - one[0]);
  const board = form.querySelector(`[name="board"] [value="${CSS.escape(report.filters.board?.[0] ?? "")}"]`);
  return (sections.length ? sections.slice(0, SECTIONS).map(([, section]) => section) : [report]).map((section) => {
    const address = section.url, title = section.title || report.meta.title;
    // Text before the first heading has the report's own title: do not show it twice.
    const named = title === report.meta.title ? [] : [link(report.url, report.meta.title)];
    const dated = named.length && report.meta.title.includes(report.meta.day) ? [] : [time(report.meta)];
    const parts = [...named, ...dated, ...(board?.value ? [board.dataset.name] : [])];
    const about = element("p", ...parts.flatMap((part) => [" · ", part]).slice(1));
    about.className = "meta";
    return element("li", element("h2", link(address, title)), about, element("p", marked(section.excerpt)));
  });
}

let turn = 0, found = [], shown = 0;
async function show(mine) {
  const reports = await Promise.all(found.slice(shown, shown + ON_A_PAGE).map((result) => result.data()));
  if (mine !== turn) return;
  const items = reports.flatMap(entries);
  if (shown) list.append(...items);
  else list.replaceChildren(...items);
  shown += reports.length;
  more.hidden = shown >= found.length;
  browse.hidden = shown > 0;
}

function clear(told) {
  list.replaceChildren();
  count.textContent = told;
  more.hidden = true;
  browse.hidden = false;
}
function counted(number) {
  const forms = JSON.parse(given.forms);
  return forms[given.chosen[number < 200 ? number : 100 + number % 100]].replace("%(count)s", number);
}
async function run() {
  const mine = ++turn;
  const query = field.value.trim();
  const filters = {};
  form.querySelectorAll("select").forEach((select) => {
    if (select.value) filters[select.name] = select.value;
  });
  const address = new URL(location);
  address.search = new URLSearchParams(Object.entries({ q: query, ...filters }).filter(([, value]) => value));
  history.replaceState(null, "", address);
  if (!query && !Object.keys(filters).length) {
    clear("");
    return;
  }
  try {
    const pagefind = await engine();
    if (mine !== turn) return;
    const answer = await Promise.race([find(pagefind, query, filters), loss]);
    if (mine !== turn) return;
    found = answer.results;
    shown = 0;
    await Promise.race([show(mine), loss]);
    if (mine !== turn) return;
    const told = [found.length ? counted(found.length) : given.nothing];
    if (answer.unknown.length) told.push(given.unknown.replace("%(words)s", answer.unknown.join(", ")));
    count.replaceChildren(...told.flatMap((one) => [one, element("br")]).slice(0, -1));
  } catch (error) {
    if (mine !== turn) return;
    loading = undefined;
    clear(given.failed);
    console.error(error);
  }
}
let timer;
form.addEventListener("input", (event) => {
  clearTimeout(timer);
  timer = setTimeout(run, event.target === field ? PAUSE : 0);
  // Meanwhile, fetch what the search will read.
  engine().then((pagefind) => pagefind.preload(field.value)).catch(() => {});
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(timer);
  run();
});
more.addEventListener("click", async () => {
  const before = list.children.length;
  await show(turn);
  // Move the focus to the first new result: the button may be gone.
  list.children[before]?.querySelector("a").focus();
});

const asked = new URLSearchParams(location.search);
form.querySelectorAll("input, select").forEach((one) => {
  if (asked.has(one.name)) one.value = asked.get(one.name);
});
if (asked.size) run();
else {
  field.focus();
  // Show the page first: the reader may not search at all.
  requestAnimationFrame(() => setTimeout(() => engine().catch(() => {})));
}