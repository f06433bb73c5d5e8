// Improves on what works without it: quick exit leaves no way back, wrong forms take the focus.
const exit = document.querySelector("[data-quick-exit]");

function leave() {
  document.documentElement.hidden = true;
  history.replaceState(null, "", "/");
  location.replace(exit.href);
}

if (exit) {
  exit.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  // Escape twice within a second leaves too.
  let last = 0;
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (event.timeStamp - last < 1000) leave();
    last = event.timeStamp;
  });
}

// A page that the browser kept must not come back after leaving.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

// On a phone the menu is one line: where one is must be seen in it.
document.querySelector(".menu [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

document.querySelector("[data-focus]")?.focus();

// The second click of a double click sends nothing; the server does a thing once anyway.
for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 3000);
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// Questions that depend on an answer of the same page: "S03=yes&S04!=no|S05=yes". Without this they all stand there, and
// the server passes over the answers that do not count.
const dependent = [...document.querySelectorAll("[data-relevant]")];

function answer(code) {
  const chosen = document.querySelector(`input[name="a-${code}"]:checked`);
  return chosen && !chosen.closest("[hidden]") ? chosen.value : "not_asked";
}

function showRelevant() {
  for (const card of dependent) {
    card.hidden = !card.dataset.relevant.split("|").some((group) =>
      group.split("&").every((condition) => {
        const [code, value] = condition.split(/!?=/);
        return (answer(code) === value) !== condition.includes("!=");
      }),
    );
  }
}

if (dependent.length) {
  document.addEventListener("change", showRelevant);
  showRelevant();
}

// Typing answers in from paper: 1 yes, 2 no, 3 unknown, 4 not asked, and on to the next question.
const groups = [...document.querySelectorAll("fieldset.four-way")];
for (const group of groups) {
  group.addEventListener("keydown", (event) => {
    const answers = [...group.querySelectorAll("input")];
    const chosen = answers[Number(event.key) - 1];
    if (!chosen || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    chosen.click();
    const next = groups.slice(groups.indexOf(group) + 1).find((other) => !other.closest("[hidden]"));
    (next?.querySelector("input:checked") ?? next?.querySelector("input") ?? chosen).focus();
  });
}

// A whole sheet typed in from paper: one sign an answer, and on to the next; the arrows go back and forth.
const keySheet = document.querySelector("[data-keys-sheet]");
if (keySheet) {
  const places = [...keySheet.querySelectorAll("[data-key-answer]")];
  keySheet.addEventListener("focusin", (event) => event.target.matches("[data-key-answer]") && event.target.select());
  keySheet.addEventListener("input", (event) => {
    if (!event.target.matches("[data-key-answer]") || !/^[sy1n2?¿3\-4]$/i.test(event.target.value)) return;
    (places[places.indexOf(event.target) + 1] ?? event.target).focus();
  });
  keySheet.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1, Enter: 1 }[event.key];
    if (!step || !event.target.matches("[data-key-answer]") || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    places[places.indexOf(event.target) + step]?.focus();
  });
}

// What is new for the member, live.
if (document.querySelector("[data-notices]")) import("./notices.js");
// The training room: following a quiz, the roll-call by keys.
if (document.querySelector("[data-room]")) import("./room.js");
// Slides: the arrows, space and page keys follow the links that are there.
const slideBar = document.querySelector("[data-keys]");
if (slideBar) {
  const keys = { ArrowRight: "next", ArrowDown: "next", PageDown: "next", " ": "next", ArrowLeft: "prev", ArrowUp: "prev", PageUp: "prev" };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest?.("a, button")?.matches(":focus") && event.key === " ") return;
    const link = keys[event.key] ? slideBar.querySelector(`a[rel=${keys[event.key]}]`) : slideBar.querySelector(`[data-key="${event.key}"]`);
    // A long slide scrolls first.
    const room = document.documentElement;
    const isLong = room.scrollHeight > room.clientHeight + 4;
    if (isLong && ["ArrowDown", "ArrowUp", "PageDown", "PageUp", " "].includes(event.key)) return;
    if (!link) return;
    event.preventDefault();
    location.assign(link.href);
  });
}

// The code of a receipt or of a referral comes behind the #, which is sent to nobody; it goes into the form and out of
// the address.
const givenCode = ["/mine", "/r"].includes(location.pathname) && document.getElementById("f-code");
if (givenCode && /^#[0-9a-z-]{20,40}$/i.test(location.hash)) {
  givenCode.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  document.getElementById("f-word")?.focus();
}

// What is searched for on the public site stays out of the browser's history: the results come into this page.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-search]");
  if (!form) return;
  event.preventDefault();
  try {
    const asked = new URLSearchParams(new FormData(form));
    const answer = await fetch(`${form.getAttribute("action")}?${asked}`, { cache: "no-store" });
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const main = document.querySelector("main");
    main.replaceChildren(...page.querySelector("main").childNodes);
    document.title = page.title;
    (main.querySelector("[data-search-said]") ?? main).focus();
  } catch {
    form.submit();
  }
});
