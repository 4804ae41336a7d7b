/* Reviewing a lane job by job: the next ones are here before they are wanted, a decision goes out
   while the next job is already shown, and what is refused comes back with its reason.

   Every key presses a button or follows a link of the page, so that a mouse, a finger and a screen
   reader have the same ways. The server sends whole jobs as fragments; nothing is built here. */

const AHEAD = 3;
const SHOWN_DEEDS = 5;
const OFF = "tieback-review-keys-off";
const PART = { "HX-Request": "true", "HX-Request-Type": "partial" };

const stage = document.getElementById("review");
const said = document.getElementById("said");
const troubles = document.getElementById("troubles");
const deeds = document.getElementById("deeds");
const dialog = document.getElementById("keys");

/* ---- Jobs that are here already ---- */

const kept = new Map();
const coming = new Map();

async function ask(url, options = {}) {
  const answer = await fetch(url, { ...options, headers: { ...PART, "HX-Current-URL": location.href, ...options.headers } });
  const elsewhere = answer.headers.get("HX-Redirect");
  if (elsewhere) location.assign(elsewhere);
  return { ok: answer.ok && !elsewhere, html: await answer.text() };
}

function load(url) {
  if (kept.has(url)) return Promise.resolve(kept.get(url));
  if (!coming.has(url)) coming.set(url, fetched(url).finally(() => coming.delete(url)));
  return coming.get(url);
}

async function fetched(url) {
  const stamp = changes;
  const { ok, html } = await ask(url);
  if (!ok) throw new Error(html);
  // What was asked for before a decision may not know of it.
  if (stamp === changes) kept.set(url, html);
  return html;
}

let changes = 0;

function forget(matches) {
  changes += 1;
  for (const [url, html] of kept) if (matches(parsed(html))) kept.delete(url);
}

function parsed(html) {
  const box = document.createElement("template");
  box.innerHTML = html;
  return box.content;
}

async function prepare(url, depth) {
  if (!url || !depth) return;
  try {
    const html = await load(url);
    prepare(parsed(html).querySelector("article")?.dataset.next, depth - 1);
  } catch {
    /* It is asked for again, and complained about, when somebody goes there. */
  }
}

/* ---- Showing one ---- */

const current = () => stage.querySelector("article");

async function go(url) {
  if (kept.has(url)) return show(kept.get(url), url);
  stage.setAttribute("aria-busy", "true");
  wanted = url;
  try {
    const html = await load(url);
    if (wanted === url) show(html, url);
  } catch (problem) {
    trouble(problem.message.includes("alert") ? problem.message : unanswered("This ERP project could not be read."));
  } finally {
    stage.removeAttribute("aria-busy");
  }
}

let wanted = "";

function show(html, url) {
  wanted = url;
  const held = stage.contains(document.activeElement) ? (document.activeElement.dataset.key ?? "") : null;
  stage.innerHTML = html;
  htmx.process(stage);
  history.replaceState(null, "", url);
  window.scrollTo(0, 0);
  if (held !== null) (stage.querySelector(`[data-key="${held}"]`) ?? stage.querySelector("h2"))?.focus({ preventScroll: true });
  begun();
  const article = current();
  say(article ? article.dataset.says : stage.querySelector("h2").textContent);
}

/* What the page does after every job that comes up, the first one included. */
function begun() {
  document.dispatchEvent(new CustomEvent("htmx:after:swap"));
  const article = current();
  if (!article) return;
  prepare(article.dataset.next, AHEAD);
  prepare(article.dataset.previous, 1);
}

/* Twice the same words would not be read out twice. */
function say(words) {
  said.textContent = said.textContent === words ? `${words}\u00a0` : words;
}

/* ---- Choosing ---- */

const radios = () => [...stage.querySelectorAll("input[data-digit]")];
const panel = () => stage.querySelector(".review-choice:not([data-unchosen])");

function choose(radio) {
  radio.checked = true;
  for (const one of stage.querySelectorAll(".review-choice")) one.toggleAttribute("data-unchosen", one.dataset.choice !== radio.value);
  const shown = panel();
  const stands = shown.hasAttribute("data-blocked") ? " It cannot be linked yet." : "";
  say(`Candidate ${radio.dataset.digit}: ${shown.dataset.name}. ${shown.dataset.percent}. ${shown.querySelector("[data-sentence]").textContent}${stands}`);
}

function take(shown) {
  const left = radios().filter((radio) => radio.value !== shown.dataset.choice);
  stage.querySelector(`input[data-digit][value="${shown.dataset.choice}"]`).closest("label").remove();
  shown.remove();
  if (left.length) choose(left[0]);
  return left.length;
}

/* ---- Deciding ---- */

let tail = Promise.resolve();
let open = 0;
let isTakingBack = false;

/* One after the other, in the order in which they were made. */
function send(url, body, then) {
  open += 1;
  tail = tail.then(() => sent(url, body, then)).finally(() => (open -= 1));
  return tail;
}

async function sent(url, body, then) {
  try {
    const { ok, html } = await ask(url, { method: "POST", body, keepalive: true });
    if (ok) then.done(parsed(html));
    else then.refused(html);
  } catch {
    const again = trouble(unanswered(`${then.what} may not have been kept.`));
    const button = Object.assign(document.createElement("button"), { className: "btn btn-sm", textContent: "Try again" });
    button.addEventListener("click", () => {
      again.remove();
      send(url, body, then);
    });
    again.querySelector(".buttons").prepend(button);
    then.failed?.();
  }
}

function unanswered(what) {
  return `<div class="alert alert-danger" role="alert"><div>The server did not answer. ${what}</div><div class="buttons"><button type="button" class="btn-close" data-dismisses aria-label="Dismiss this message"></button></div></div>`;
}

function trouble(html) {
  troubles.append(parsed(html));
  return troubles.lastElementChild;
}

function decide(form, button) {
  const article = current();
  const shown = panel();
  if (isTakingBack) return say("Your last decision is being taken back. Wait for it.");
  if (button.value === "link" && shown?.hasAttribute("data-blocked")) return explain(shown);
  const body = new FormData(form, button);
  const { job, url, next } = article.dataset;
  const project = button.value === "archive" ? "" : body.get("project");
  const name = article.querySelector("h2").textContent;
  const refused = (html) => {
    trouble(html);
    forget((one) => one.querySelector(`article[data-job="${job}"]`));
    if (current()?.dataset.job === job) go(url);
  };
  const done = (answer) => settled(answer, job, button.value === "link" ? project : "");
  const sending = send(form.getAttribute("action"), body, { done, refused, what: `Your decision on ${name}`, failed: () => {} });
  if (button.value === "reject" && take(shown)) return;
  if (next) go(next);
  else last(article, sending);
}

/* Nothing comes next: what was passed over is looked for once the decision is kept. */
async function last(article, sending) {
  article.inert = true;
  say("That was the last one. Looking for what is left in this lane.");
  await sending;
  const url = new URL(article.dataset.url, location.href);
  url.searchParams.delete("job");
  url.searchParams.delete("project");
  const left = url.pathname + url.search;
  kept.delete(left);
  if (current() === article) await go(left);
  kept.delete(left);
}

function settled(answer, job, project) {
  const deed = answer.querySelector("li");
  const { left, url, undid } = deed.dataset;
  const old = undid && deeds.querySelector(`[data-batch="${undid}"]`);
  if (old) old.replaceWith(deed);
  else deeds.prepend(deed);
  while (deeds.children.length > SHOWN_DEEDS) deeds.lastElementChild.remove();
  count(Number(left));
  const isTouched = (one) => {
    const article = one.querySelector("article");
    const isNear = article && (article.dataset.job === deed.dataset.job || isBeside(article, url));
    return isNear || (project && one.querySelector(`[data-choice="${project}"]`));
  };
  forget(isTouched);
  document.dispatchEvent(new CustomEvent("htmx:after:swap"));
  const article = current();
  // Its project has just gone to another one.
  if (article && article.dataset.job !== job && project && article.querySelector(`[data-choice="${project}"]`)) go(article.dataset.url);
  else if (article && isBeside(article, url)) follow(article);
  else if (article) prepare(article.dataset.next, AHEAD);
  return url;
}

const isBeside = (article, url) => [article.dataset.next, article.dataset.previous].includes(url);

/* The one before or after this has just left the lane: another one stands there now. */
async function follow(article) {
  const fresh = parsed(await load(article.dataset.url)).querySelector("article");
  if (!fresh) return;
  for (const [key, name] of [["j", "next"], ["k", "previous"]]) {
    article.dataset[name] = fresh.dataset[name];
    article.querySelector(`[data-key="${key}"]`).replaceWith(fresh.querySelector(`[data-key="${key}"]`));
  }
  prepare(fresh.dataset.next, AHEAD);
}

function count(left) {
  const place = document.getElementById("left");
  place.textContent = left.toLocaleString("en-US");
  place.dataset.left = left;
}

function explain(shown) {
  const why = shown.querySelector("[data-why]");
  why.focus();
  why.scrollIntoView({ block: "nearest" });
  say(`It cannot be linked yet. ${[...why.querySelectorAll("li > span")].map((one) => one.textContent).join(" ")}`);
}

function takeBack(form, button) {
  if (isTakingBack) return;
  isTakingBack = true;
  say("Taking back your last decision.");
  stage.setAttribute("aria-busy", "true");
  const ended = () => {
    isTakingBack = false;
    stage.removeAttribute("aria-busy");
  };
  send(button.formAction, new FormData(form), {
    what: "That your last decision is taken back",
    failed: ended,
    refused: (html) => {
      ended();
      trouble(html);
    },
    done: (answer) => {
      ended();
      forget(() => true);
      go(settled(answer, "", ""));
    },
  });
}

function mend(form, button) {
  const url = `${current().dataset.url}&project=${button.dataset.mends}`;
  say(`${button.textContent.trim()} …`);
  send(form.getAttribute("action"), new FormData(form, button), {
    what: "The change of the setting",
    refused: trouble,
    done: (answer) => {
      settled(answer, "", "");
      forget(() => true);
      go(url);
    },
  });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("#decide, #mend")) return;
  event.preventDefault();
  if (event.submitter?.matches("[data-undo]")) takeBack(form, event.submitter);
  else if (event.submitter?.matches("[data-mends]")) mend(form, event.submitter);
  else if (event.submitter) decide(form, event.submitter);
});

document.addEventListener("change", (event) => {
  if (!stage.contains(event.target)) return;
  if (event.target.matches("[data-digit]")) choose(event.target);
  if (event.target.matches("[data-found]") && event.target.value) go(`${current().dataset.url}&project=${event.target.value}`);
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-help]")) dialog.showModal();
  const link = event.target.closest("a[data-key], a[data-returns]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  link.closest("#troubles .alert")?.remove();
  if (link.hasAttribute("href")) go(link.getAttribute("href"));
});

window.addEventListener("beforeunload", (event) => {
  if (open) event.preventDefault();
});

/* ---- Keys ---- */

const isTyping = (target) => target.matches("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])");
const isPressed = (target) => target.closest("a[href], button, summary, input[type=checkbox]");

function press(key, otherwise) {
  const there = stage.querySelector(`[data-key="${key}"]`);
  if (!there || there.getAttribute("aria-disabled")) return say(otherwise);
  there.click();
}

const KEYS = {
  j: () => press("j", "This is the last one of the lane."),
  k: () => press("k", "This is the first one of the lane."),
  x: () => press("x", "There is nothing here to say no to."),
  a: () => press("a", "This cannot be archived here."),
  z: () => press("z", "Undoing takes Standard."),
  Enter: () => press("Enter", stage.querySelector("[data-no-link]")?.textContent ?? "There is no candidate to link. Search for one with the slash key."),
  "?": () => dialog.showModal(),
  "/": () => {
    const search = stage.querySelector("[data-searches] input");
    if (search) search.focus();
    else say("There is nothing to search for here.");
  },
};
const DECIDES = new Set(["x", "a", "z", "Enter"]);

function chooseByDigit(key) {
  const radio = radios()[Number(key) - 1];
  if (radio) choose(radio);
  else say(`There is no candidate ${key}.`);
}

document.addEventListener("keydown", (event) => {
  const { target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || dialog.open) return;
  if (isTyping(target)) return leave(event);
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  // A key held down decides once, also on a button that has the focus.
  if (event.repeat && DECIDES.has(key)) return event.preventDefault();
  if (event.defaultPrevented || areOff() || (key === "Enter" && isPressed(target))) return;
  if (/^[1-9]$/.test(key)) chooseByDigit(key);
  else if (Object.hasOwn(KEYS, key)) KEYS[key]();
  else return;
  event.preventDefault();
});

/* Escape leaves a field, after it has emptied a search. */
function leave(event) {
  if (event.key !== "Escape" || event.defaultPrevented || !stage.contains(event.target)) return;
  stage.querySelector("h2").focus({ preventScroll: true });
}

const box = document.getElementById("keys-on");

function areOff() {
  return !box.checked;
}

try {
  box.checked = localStorage.getItem(OFF) === null;
  box.addEventListener("change", () => (box.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
} catch {
  /* A browser that keeps nothing asks again on every page. */
}

const first = current();
if (first) {
  // So that a reload comes back here, whatever is decided elsewhere meanwhile.
  if (!new URL(location.href).searchParams.has("job")) history.replaceState(null, "", first.dataset.url);
  kept.set(first.dataset.url, stage.innerHTML);
}
begun();
