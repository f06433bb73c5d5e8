// The app: what is open, what is kept, which page is shown. Everything readable lives here in memory only, and goes when
// it locks.
import { keepFiles, quickExit, watch } from "./field-frame.js";
import * as interview from "./field-interview.js";
import { pages } from "./field-pages.js";
import { button, h, notice } from "./field-screen.js";
import * as store from "./field-store.js";
import * as sync from "./field-sync.js";
import * as vault from "./field-vault.js";

const WARN_AFTER = 24 * 60 * 60_000;
const main = document.querySelector("#main");
const state = document.querySelector("#state");

/** Everything a page may read or ask for. */
export const app = {
  content: null, language: "es", device: null, lock: null, isOpen: false, drafts: new Map(), outbox: [], route: { name: "home" },
  trouble: null, sent: null, skew: 0, isSending: false, installing: null, isKept: null,
  t, ago, go, back, show, say, save, finish, reportDanger, begin, dropDraft, sendNow, unlock, lockNow, prepare, setPassphrase,
  loadReceipts, courier, erase, install, goneOn,
};

let key = null;
let stack = [app.route];
/** The page that stands before all others while the phone is locked or not prepared. */
let gate = null;
let lastWork = null;
/** Closed boxes that the phone had no room for yet. */
const unkept = new Map();

// Words

function t(name, values = {}) {
  const text = app.content.words[name] ?? `⟦${name}⟧`;
  return text.replace(/\{([a-z_]+)\}/g, (place, value) => values[value] ?? place);
}

function ago(then) {
  const minutes = Math.max(0, Math.floor((Date.now() - then) / 60_000));
  const time = minutes < 1 ? t("common.moment") : minutes < 60 ? t("common.minutes", { count: minutes })
    : minutes < 2880 ? t("common.hours", { count: Math.floor(minutes / 60) })
      : t("common.days", { count: Math.floor(minutes / 1440) });
  return t("common.ago", { time });
}

async function loadContent(language) {
  const response = await fetch(`/campo/content.json?lang=${language}`);
  if (!response.ok) throw new Error("content");
  app.content = await response.json();
  app.language = language;
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = t(element.dataset.text);
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", t(element.dataset.label));
  for (const element of document.querySelectorAll("[data-language]")) element.hidden = element.dataset.language === language;
}

// Pages: a stack that the phone's own "back" walks down. The browser keeps nothing but how deep it is.

function show() {
  if (app.isOpen && app.route.id && !app.drafts.has(app.route.id)) app.route = { name: "home" };
  const needed = app.lock ? "unlock" : "setup";
  if (app.isOpen) gate = null;
  else if (gate?.name !== needed) gate = { name: needed };
  const page = app.isOpen || pages[app.route.name].isPublic ? app.route : gate;
  main.replaceChildren(
    ...[app.trouble && notice("bad", h("p", {}, app.trouble)), pages[page.name](app, page)].filter(Boolean));
  showState();
}

function go(name, further = {}) {
  flush();
  app.route = { name, ...further };
  if (name === "home") stack = [app.route];
  else stack.push(app.route);
  history.pushState({ depth: stack.length - 1 }, "");
  show();
  scrollTo(0, 0);
  main.focus({ preventScroll: true });
}

function back() {
  if (stack.length > 1) history.back();
  else go("home");
}

addEventListener("popstate", (event) => {
  flush();
  const depth = event.state?.depth ?? 0;
  if (stack[depth]) stack.length = depth + 1;
  else stack = [{ name: "home" }];
  app.route = stack.at(-1);
  show();
});

/** For whoever does not see the page. */
function say(text) { document.querySelector("#said").textContent = text; }

function showState() {
  if (!app.content || !app.device) return;
  const rejected = app.outbox.filter((one) => one.reason).length;
  const oldest = Math.min(...app.outbox.map((one) => one.queuedAt));
  const isLate = app.outbox.length > 0 && Date.now() - oldest > WARN_AFTER;
  state.hidden = false;
  state.className = `campo-state${isLate || rejected ? " warn" : ""}`;
  state.replaceChildren(...[
    h("p", {},
      h("span", { "data-unsent": String(app.outbox.length) },
        t(["field.state.all_sent", "field.state.unsent_one"][app.outbox.length] ?? "field.state.unsent",
          { count: app.outbox.length })),
      rejected > 0 && " · " + t("field.state.rejected", { count: rejected }),
      isLate && [" · ", h("strong", {}, t("field.state.late"))],
      unkept.size > 0 && [" · ", h("strong", {}, t("field.state.unkept", { count: unkept.size }))],
      !navigator.onLine && " · " + t("field.state.offline")),
    app.outbox.length > 0 && h("button", { type: "button", class: "plain", onclick: () => sendNow({ again: true }), "data-send": true },
      t(app.isSending ? "field.state.sending" : "field.state.send")),
  ].filter(Boolean));
}

function failed(error) {
  app.trouble = t(error?.name === "QuotaExceededError" ? "field.trouble.quota" : "field.trouble.store");
  say(app.trouble);
}

// Drafts: closed and kept at every change; what does not fit waits closed in memory and is tried again.

let keeping = Promise.resolve();
const pending = new Map();

/** Keeps a draft. `soon` for typing: at most a third of a second later. */
function save(draft, { soon = false } = {}) {
  const now = performance.now();
  const gap = lastWork === null ? 0 : (now - lastWork) / 1000;
  if (gap > 0 && gap < interview.LONGEST_GAP) draft.secondsSpent += gap;
  lastWork = now;
  draft.touchedAt = Date.now();
  clearTimeout(pending.get(draft.id));
  pending.delete(draft.id);
  if (soon) pending.set(draft.id, setTimeout(() => keepNow(draft), 300));
  else return keepNow(draft);
  return keeping;
}

function keepNow(draft) {
  clearTimeout(pending.get(draft.id));
  pending.delete(draft.id);
  const used = key;
  keeping = keeping.catch(failed).then(async () => {
    if (!app.drafts.has(draft.id) || !used) return;
    const box = await vault.closeDraft(used, draft);
    unkept.set(draft.id, box);
    await keepBox(box);
  });
  return keeping;
}

async function keepBox(box) {
  try {
    await store.keepDraft(box);
    if (unkept.get(box.id) === box) unkept.delete(box.id);
    if (app.trouble && unkept.size === 0) {
      app.trouble = null;
      main.querySelector(".notice.bad")?.remove();
    }
  } catch (error) {
    const isNew = !app.trouble;
    failed(error);
    if (isNew) main.prepend(notice("bad", h("p", {}, app.trouble)));
  }
  showState();
}

setInterval(() => { for (const box of unkept.values()) keepBox(box); }, 5000);

/** Keeps at once what was typed a moment ago. */
function flush() {
  for (const id of [...pending.keys()]) if (app.drafts.has(id)) keepNow(app.drafts.get(id));
  return keeping;
}

function begin() {
  const draft = interview.newDraft(app.content, {
    id: crypto.randomUUID(), branch: vault.toText(vault.random(16)), now: Date.now(),
  });
  app.drafts.set(draft.id, draft);
  lastWork = performance.now();
  go("start", { id: draft.id });
}

async function dropDraft(id) {
  app.drafts.delete(id);
  unkept.delete(id);
  try { await store.dropDraft(id); } catch (error) { failed(error); }
  go("home");
}

function goneOn(draft, reason) {
  draft.safety.goneOn.push({ at: Date.now(), reason });
  draft.stage = "interview";
  return save(draft);
}

// Operations: signed by the phone, put into the outbox in one step with what becomes of their draft.

async function enqueue(kind, draft, { sealed, what }) {
  await flush();
  const { device } = app;
  for (;;) {
    const seq = ((await store.read("meta", "seq")) ?? 0) + 1;
    const op = vault.toText(vault.random(16));
    const content = sealed ? await sealed(op) : null;
    const body = new TextEncoder().encode(JSON.stringify({
      op, device: device.device, member: device.member, seq, kind, record: draft.id, branch: draft.branch, trunk: 0, base: 0,
      schema: 1, clientTime: Date.now(), epoch: device.epoch,
      header: {
        province: draft.about.province || null, ageGroup: interview.ageGroup(draft.about.age),
        danger: kind === "danger" || draft.danger !== null, language: app.language,
      },
      sealed: content && vault.toText(content),
    }));
    const operation = {
      op, seq, kind, record: draft.id, body, signature: await vault.signed(device.privateKey, body), queuedAt: Date.now(),
    };
    if (await store.queue(operation, await what())) break;
  }
  app.outbox = await sync.waiting();
  askForBackgroundSync();
  sendNow();
}

let isFinishing = false;

async function finish(draft) {
  // The second press of a thumb seals nothing a second time.
  if (isFinishing) return;
  isFinishing = true;
  try { await sealAndQueue(draft); } finally { isFinishing = false; }
}

async function sealAndQueue(draft) {
  const text = JSON.stringify(interview.sealedContent(app.content, draft, Date.now()));
  try {
    await enqueue("screening", draft, {
      sealed: async (op) => vault.joined(
        new Uint8Array([3]),
        await vault.seal(app.device.agencyKey, "amparo/field/1", `${draft.id}/${op}`, vault.padded(text))),
      what: async () => ({ dropped: draft.id }),
    });
  } catch (error) {
    // The draft stays as it is.
    failed(error);
    return show();
  }
  app.drafts.delete(draft.id);
  unkept.delete(draft.id);
  app.trouble = null;
  stack = [{ name: "home" }];
  go("sealed");
}

/** Stops the interview and puts an alert on its way, also when nothing else is known yet. */
async function reportDanger(draft) {
  draft.danger ??= { at: Date.now() };
  if (draft.stage !== "start") draft.stage = "stopped";
  const isWaiting = app.outbox.some((one) => one.kind === "danger" && one.record === draft.id);
  go("danger", { id: draft.id });
  if (isWaiting) return save(draft);
  try {
    await enqueue("danger", draft, { what: async () => ({ draft: await vault.closeDraft(key, draft) }) });
  } catch (error) {
    failed(error);
  }
  show();
}

// Sending

async function sendNow({ again = false } = {}) {
  if (app.isSending || !app.device) return;
  app.isSending = true;
  showState();
  const before = app.outbox.length;
  try {
    app.sent = await sync.send({ again, language: app.language });
    if (app.sent.serverTime) app.skew = Date.now() - app.sent.serverTime;
  } catch (error) {
    failed(error);
  }
  app.isSending = false;
  app.outbox = await sync.waiting();
  if (before !== app.outbox.length || again) {
    say(app.outbox.length ? t("field.state.unsent", { count: app.outbox.length }) : t("field.state.all_sent"));
    if (["home", "outbox", "sealed", "danger"].includes(app.route.name)) show();
  }
  showState();
}

async function askForBackgroundSync() {
  try { await (await navigator.serviceWorker.ready).sync?.register("amparo-outbox"); } catch { /* Only a bonus. */ }
}

async function loadReceipts(file) {
  try {
    const taken = await sync.take(app.device, JSON.parse(await file.text()));
    app.outbox = await sync.waiting();
    app.sent = { problem: null, ...taken };
    return t("field.courier.taken", { received: taken.received, kept: taken.kept });
  } catch {
    return t("field.courier.not_receipts");
  }
}

/** The file a courier carries, and its name; `null` when it would be too large. */
function courier() {
  const text = sync.parcel(app.device, app.outbox);
  if (text.length > sync.LARGEST_FILE) return null;
  const now = new Date();
  const two = (value) => String(value).padStart(2, "0");
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  return { name: `amparo-${day}-${two(now.getHours())}${two(now.getMinutes())}.amparo-field`, text };
}

// Opening, locking, preparing, erasing

async function unlock(phrase) {
  const opened = await vault.openLock(app.lock, phrase);
  if (!opened) return false;
  await keeping;
  // What did not fit before is newer than what lies on the disk.
  const boxes = new Map((await store.all("drafts")).map((box) => [box.id, box]));
  for (const box of unkept.values()) boxes.set(box.id, box);
  app.drafts = new Map();
  for (const box of boxes.values()) {
    // One damaged box must not close all others off.
    try { app.drafts.set(box.id, await vault.openDraft(opened, box)); } catch { app.trouble = t("field.trouble.damaged"); }
  }
  key = opened;
  app.isOpen = true;
  lastWork = null;
  askToKeep();
  show();
  return true;
}

async function lockNow() {
  if (!app.isOpen) return;
  const closing = flush();
  app.isOpen = false;
  main.replaceChildren();
  await closing;
  key = null;
  app.drafts = new Map();
  // The way back stays, and nothing that was chosen on it.
  stack = stack.map(({ name, id, code }) => ({ name, id, code }));
  app.route = stack.at(-1);
  show();
}

async function askToKeep() {
  try { app.isKept = await navigator.storage.persisted() || await navigator.storage.persist(); } catch { app.isKept = false; }
}

/** Registers this phone with the agency of whoever is signed in. Answers a sentence when that was not possible. */
async function prepare(name) {
  const known = app.device ?? (await store.read("meta", "pending"))
    ?? { device: crypto.randomUUID(), ...(await vault.newDeviceKey()) };
  if (!app.device) await store.keep({ pending: known });
  let response;
  try {
    response = await fetch("/campo/devices", {
      method: "POST", cache: "no-store",
      headers: { "Content-Type": "application/json", "X-Amparo": "field", "Accept-Language": app.language },
      body: JSON.stringify({ device: known.device, key: vault.toText(known.publicKey), name }),
    });
  } catch {
    return { problem: t("field.setup.no_network") };
  }
  let answer = {};
  try { answer = await response.json(); } catch { /* No sentence then. */ }
  if (!response.ok) {
    const signIn = response.status === 401;
    return { signIn, problem: signIn ? t("field.setup.not_signed_in") : answer.error || t("field.setup.failed") };
  }
  app.device = {
    ...known, ...answer, name, agencyKey: vault.fromText(answer.agencyKey), receiptKey: vault.fromText(answer.receiptKey),
  };
  await store.keep({ device: app.device, pending: null });
  return {};
}

async function setPassphrase(phrase) {
  const made = await vault.newLock(phrase);
  await store.keep({ lock: made.lock });
  app.lock = made.lock;
  key = made.key;
  app.isOpen = true;
  askToKeep();
  go("home");
}

async function erase() {
  key = null;
  app.isOpen = false;
  app.drafts = new Map();
  main.replaceChildren();
  await store.erase();
  location.replace("/campo/");
}

async function install() {
  await app.installing?.prompt();
  app.installing = null;
  show();
}

/** What the service worker sent meanwhile is no longer waiting. */
async function refresh({ data }) {
  app.skew = data.skew ?? app.skew;
  app.outbox = await sync.waiting();
  showState();
}

async function changeLanguage(language) {
  flush();
  try { await loadContent(language); } catch { return; }
  localStorage.setItem("language", language);
  show();
}

/** One sentence instead of the app. */
function stop(sentence, further = null) {
  main.replaceChildren(h("div", { class: "text" }, notice("warn", h("p", {}, sentence)), further));
}

async function start() {
  quickExit(flush);
  const wanted = localStorage.getItem("language") ?? (navigator.language.startsWith("en") ? "en" : "es");
  try { await loadContent(wanted); } catch {
    document.querySelector("#unloaded").hidden = false;
    return;
  }
  const lacks = !("serviceWorker" in navigator) || !isSecureContext ? "secure" : await vault.missing();
  if (lacks) return stop(t("field.missing." + lacks));
  // Two pages of the same phone would write over each other.
  const isAlone = await new Promise((resolve) => {
    navigator.locks.request("amparo-field-page", { ifAvailable: true }, (held) => {
      resolve(held !== null);
      return held && new Promise(() => {});
    });
  });
  if (!isAlone) return stop(t("field.second_page"), button(t("field.try_again"), () => location.reload(), "second"));
  try {
    [app.device, app.lock] = [await store.read("meta", "device"), await store.read("meta", "lock")];
    app.outbox = await sync.waiting();
  } catch {
    return stop(t("field.trouble.closed"));
  }
  history.replaceState({ depth: 0 }, "");
  watch(app, { flush, showState, refresh, changeLanguage });
  show();
  document.documentElement.dataset.ready = "yes";
  performance.mark("interactive");
  sendNow();
  try { await keepFiles(app); } catch { app.trouble = t("field.missing.worker"); show(); }
}

start();
