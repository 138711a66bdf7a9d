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
const all = [...sizes.values()].reduce((sum, size) => sum + size, 0);
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
// How an index begins: its entry, which tells the name of what else is read of it at first.
async function fetchBeginning(name) {
  const folder = new URL(`search/${name}/`, root);
  const entry = await fetchAhead(new URL("pagefind-entry.json", folder), { cache: "no-cache" });
  const { languages } = await entry.clone().json();
  await Promise.all(Object.values(languages).map(({ hash }) => fetchAhead(new URL(`pagefind.${hash}.pf_meta`, folder))));
}

let loading;
async function load() {
  ahead.clear();
  tiers.forEach(([name]) => fetchBeginning(name).catch(() => {}));
  const pagefind = await import(new URL(`search/${tiers[0][0]}/pagefind.js`, root).href);
  const options = { baseUrl: root.pathname, excerptLength: 24, ranking: { metaWeights: { title: 3, date: 0 } } };
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

// How many reports of each index have a word.
const spreads = new Map();
async function spread(pagefind, word) {
  if (!spreads.has(word)) {
    let { results } = await pagefind.search(`"${word}"`);
    if (!results.length) ({ results } = await pagefind.search(word));
    const found = new Map();
    for (const result of results) found.set(tierOf(result), (found.get(tierOf(result)) ?? 0) + 1);
    spreads.set(word, found);
  }
  return spreads.get(word);
}

// How much a word tells that is in ``having`` of ``reports`` reports (BM25).
function weightOf(reports, having) {
  return Math.log(1 + (reports - having + 0.5) / (having + 0.5));
}

// What is found in several indexes is not simply one list: an index that does not have a word looks
// for the beginning of it, or for the other words alone; and how rare a word is, each says for
// itself.
async function find(pagefind, query, filters) {
  const sort = query ? {} : { date: "desc" };
  const answer = await pagefind.search(query || null, { filters, sort });
  const results = answer.results.map((result) => ({ tier: tierOf(result), score: result.score, data: result.data }));
  const byAge = (one, other) => age.get(one.tier) - age.get(other.tier);
  if (!query) return { results: results.sort((one, other) => byAge(one, other) || other.score - one.score), unknown: [] };
  const known = [], unknown = [];
  for (const word of wordsOf(query)) {
    const found = await spread(pagefind, word);
    if (found.size) known.push(found);
    else unknown.push(word);
  }
  if (!known.length || (unknown.length && /^\s*["“].*["”]\s*$/.test(query))) return { results: [], unknown };
  const total = known.reduce((sum, found) => sum + weightOf(all, [...found.values()].reduce((a, b) => a + b, 0)), 0);
  const kept = results.filter((result) => known.every((found) => found.has(result.tier)));
  for (const result of kept) {
    const size = sizes.get(result.tier);
    result.score *= total / known.reduce((sum, found) => sum + weightOf(size, found.get(result.tier)), 0);
  }
  return { results: kept.sort((one, other) => other.score - one.score || byAge(one, other)), unknown };
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
const languages = [document.documentElement.lang];
const inWords = new Intl.DateTimeFormat(languages, { dateStyle: "long", timeZone: "UTC" });
function time(day) {
  const iso = day.replace(/^(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3");
  const made = element("time", inWords.format(new Date(`${iso}T00:00Z`)));
  made.dateTime = iso;
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

function inCommon(one, other) {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}
// Sections in which more of the words are come first, whatever form the words have there.
function weigh(section, words) {
  const found = [...section.excerpt.matchAll(/<mark>(.*?)<\/mark>/gs)].map(([, word]) =>
    words.reduce((best, own) => inCommon(own, word.toLowerCase()) > inCommon(best, word.toLowerCase()) ? own : best));
  return new Set(found).size * 1e6 + section.weighted_locations.reduce((sum, place) => sum + place.balanced_score, 0);
}
function entries(report) {
  const words = wordsOf(field.value);
  const sections = report.sub_results.map((section) => [words.length ? weigh(section, words) : 0, section]).sort((one, other) => other[0] - one[0]);
  return (sections.length ? sections.slice(0, SECTIONS).map(([, section]) => section) : [report]).map((section) => {
    const address = section.url, title = section.title || report.meta.title;
    const about = element("p", link(report.url, report.meta.title));
    const day = time(report.meta.date);
    if (!report.meta.title.includes(day.textContent)) about.append(" · ", day);
    if (report.meta.board) about.append(" · ", report.meta.board);
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
more.addEventListener("click", () => show(turn));

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
