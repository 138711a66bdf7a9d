// The search. Pagefind reads the indexes; what is found in each of them is put together here.
const form = document.querySelector("form.searching");
const given = form.dataset;
const field = form.elements.q;
const count = form.querySelector(".count");
const list = document.querySelector(".results");
const more = document.querySelector(".more");
// Other ways to the reports: they make room for results, so that nothing is moved by these.
const browse = document.querySelector(".browse");
const root = new URL(given.root || "./", document.baseURI);
// The names of the indexes, the newest first, each with how many reports it has.
const tiers = given.tiers.trim().split(" ").map((tier) => tier.split("="));
const sizes = new Map(tiers.map(([name, size]) => [name, Number(size)]));
const age = new Map(tiers.map(([name], place) => [name, place]));
const all = sumOf([...sizes.values()], Number);
const ON_A_PAGE = 10, SECTIONS = 3, PAUSE = 40;

// A file can be lost: the site is published anew while a reader looks at it. Pagefind would wait for
// it, or find nothing.
let lost = () => {}, loss;
// Pagefind asks for one file after the other. What it will ask for is fetched before, side by side.
const ahead = new Map();
// Of files that are fetched in a thread of its own, nothing would be heard here.
window.Worker = undefined;
const fetching = window.fetch;
window.fetch = async (...asked) => {
  // What was asked for in an attempt that failed says nothing about the next one.
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
// How an index begins: its entry, which tells the name of what else is read of it at first. Of the
// first index, Pagefind asks for that as soon.
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
  // Should this be a second attempt: an index that is merged twice finds all twice.
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

// A result's name tells of which index it is: "en-x-20121101_4c61e47".
function tierOf(result) {
  return result.id.slice(result.id.indexOf("-x-") + 3, result.id.lastIndexOf("_"));
}

function wordsOf(query) {
  const words = query.toLowerCase().split(/[\s"“”„]+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  return [...new Set(words)].slice(0, 8);
}

// A word without what readers may leave out; it and its parts, where a text has signs in it.
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

// Where no report has a word, Pagefind takes longer ones that begin with it, or else the longest one
// with which it begins, were it "of" for "Ofsted": whether that can be meant, one of the results tells.
async function isMeant(word, result) {
  const report = await result.data();
  const plain = letters(word), text = said(report);
  return report.locations.flatMap((place) => forms(text[place] ?? "")).some((form) => {
    const same = inCommon(plain, form);
    return same >= plain.length - 3 && same * 3 >= plain.length * 2;
  });
}

// Which reports have a word as it stands, and how many of each index have it or what may be meant.
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

// How much a word tells that is in ``having`` of ``reports`` reports (BM25).
function weightOf(reports, having) {
  return Math.log(1 + (reports - having + 0.5) / (having + 0.5));
}
function weightOfAll({ counts }) {
  return weightOf(all, sumOf([...counts.values()], Number));
}
function sumOf(list, value) {
  return list.reduce((sum, one) => sum + value(one), 0);
}

// What is found in several indexes is not simply one list: an index that does not have a word looks
// for another one, or for the other words alone; and how rare a word is, each says for itself. First
// are reports that have the words as they stand, then those in which they stand side by side.
async function find(pagefind, typed, filters) {
  // The library knows straight quotation marks only.
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
// An excerpt is text in which only <mark> is HTML.
function marked(excerpt) {
  const made = document.createDocumentFragment();
  excerpt.split(/<mark>(.*?)<\/mark>/s).forEach((part, place) => {
    const text = part.replace(/&lt;/g, "<").replace(/&gt;/g, ">");
    if (place % 2) made.append(element("mark", text));
    else if (text) made.append(text);
  });
  return made;
}

// Sections come first that have more of the words, the more so in the form that was asked for, and
// those that have them side by side.
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
    // What stands before the first heading is the report's: it is not named twice.
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
  // What the search will read is fetched in the meantime.
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
  // Reading goes on with what is new; the button may be gone.
  list.children[before]?.querySelector("a").focus();
});

const asked = new URLSearchParams(location.search);
form.querySelectorAll("input, select").forEach((one) => {
  if (asked.has(one.name)) one.value = asked.get(one.name);
});
if (asked.size) run();
else {
  field.focus();
  // The page is shown before anything is fetched that it may not need.
  requestAnimationFrame(() => setTimeout(() => engine().catch(() => {})));
}