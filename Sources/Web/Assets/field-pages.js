// The pages around an interview: preparing the phone, opening it, what is in progress, what waits to be sent, erasing.
import { progress } from "./field-interview.js";
import { button, form, h, notice, plainButton, textField, typed } from "./field-screen.js";
import { resume, sitting } from "./field-sitting.js";
import { random } from "./field-vault.js";

const text = (...children) => h("div", { class: "text" }, ...children);
const SHORTEST = 16;
/** By how much a clock must be off before anybody is told. */
const WORTH_SAYING = 10 * 60_000;

/** Several things one after another on a button: it takes no second press meanwhile. */
function once(element, work) {
  return async (event) => {
    if (element.disabled) return;
    element.disabled = true;
    try { await work(event); } finally { element.disabled = false; }
  };
}

function setup(app, route) {
  const { t } = app;
  if (app.device && !app.lock) return passphrase(app, route);
  const submit = h("button", { class: "button" }, t("field.setup.submit"));
  const prepare = once(submit, async (event) => {
    const { problem, signIn } = await app.prepare(typed(event.target).name.trim());
    Object.assign(route, { problem, signIn });
    app.show();
  });
  return text(
    h("h1", {}, t("field.setup.title")), h("p", { class: "lead" }, t("field.setup.lead")),
    h("ol", {}, ["one", "two", "three"].map((step) => h("li", {}, t("field.setup.step_" + step)))),
    route.problem && notice("bad", h("p", {}, route.problem),
      route.signIn && h("p", {}, h("a", { class: "button", href: "/sign-in?to=/campo/" }, t("field.setup.sign_in")))),
    form({ class: "form", onsubmit: prepare },
      textField("name", t("field.setup.name"), { hint: t("field.setup.name_hint"), longest: 40, value: t("field.setup.name_example") }),
      h("p", { class: "buttons" }, submit)));
}
setup.isPublic = true;

/** Six words drawn evenly from the list that comes with the app; `null` where the list can't be had. */
async function suggestion(language) {
  try {
    const response = await fetch(`/assets/field-words-${language}.txt`);
    const words = (await response.text()).trim().split("\n");
    // 1,024 words: ten bits of each number make an even draw.
    return Array.from(new Uint16Array(random(12).buffer), (number) => words[number & 1023]).join(" ");
  } catch {
    return null;
  }
}

function passphrase(app, route) {
  const { t } = app;
  const suggested = h("p", { class: "once" });
  const propose = async () => {
    route.words = await suggestion(app.language);
    suggested.replaceChildren(route.words ? h("span", { class: "code", id: "words" }, route.words) : t("field.phrase.no_words"));
  };
  if (route.words) suggested.append(h("span", { class: "code", id: "words" }, route.words));
  else propose();
  const strength = h("p", { class: "hint", role: "status" });
  const submit = h("button", { class: "button" }, t("field.phrase.submit"));
  const judge = (event) => {
    const phrase = event.target.value.trim();
    const key = phrase === route.words ? "six" : phrase.length < SHORTEST ? "short" : "own";
    strength.textContent = phrase ? t("field.phrase.strength_" + key) : "";
  };
  const set = once(submit, async (event) => {
    const { phrase, again } = typed(event.target);
    route.problem = phrase.trim().length < SHORTEST ? t("field.phrase.strength_short")
      : phrase.trim() !== again.trim() ? t("field.phrase.differ") : null;
    if (route.problem) return app.show();
    submit.textContent = t("field.phrase.working");
    await app.setPassphrase(phrase);
  });
  return text(
    h("h1", {}, t("field.phrase.title")), h("p", { class: "lead" }, t("field.phrase.lead")),
    h("section", { class: "card" }, h("h2", {}, t("field.phrase.suggested")), suggested,
      h("p", {}, t("field.phrase.bits")), h("p", {}, plainButton(t("field.phrase.others"), propose))),
    route.problem && notice("bad", h("p", {}, route.problem)),
    form({ class: "form", onsubmit: set },
      textField("phrase", t("field.phrase.label"), { isSecret: true, longest: 200, oninput: judge }), strength,
      textField("again", t("field.phrase.again"), { isSecret: true, longest: 200 }),
      h("p", {}, t("field.phrase.forgotten")), h("p", { class: "buttons" }, submit)));
}

function unlock(app, route) {
  const { t } = app;
  const submit = h("button", { class: "button" }, t("field.unlock.submit"));
  const open = once(submit, async (event) => {
    submit.textContent = t("field.phrase.working");
    if (await app.unlock(typed(event.target).phrase)) return;
    route.problem = t("field.unlock.wrong");
    app.show();
    app.say(route.problem);
    document.querySelector("input[name=phrase]")?.focus();
  });
  const first = app.content.hotlines[0];
  return text(
    h("h1", {}, t("field.unlock.title")), h("p", { class: "lead" }, t("field.unlock.lead")),
    form({ class: "form", onsubmit: open },
      textField("phrase", t("field.phrase.label"), { isSecret: true, longest: 200, error: route.problem }),
      h("p", { class: "buttons" }, submit)),
    h("p", { class: "campo-links" },
      plainButton(t("field.outbox.open"), () => app.go("outbox")),
      first && h("a", { href: "tel:" + first.dial }, t("field.danger.call", { number: first.number })),
      plainButton(t("field.erase.open"), () => app.go("erase"))));
}
unlock.isPublic = true;

function home(app) {
  const { t, content } = app;
  const drafts = [...app.drafts.values()].sort((one, other) => other.touchedAt - one.touchedAt);
  return text(
    h("h1", {}, t("field.home.title")), h("p", { class: "lead" }, app.device.agencyName),
    h("p", {}, button(t("field.home.begin"), app.begin, "campo-first")),
    h("section", { class: "card", "aria-labelledby": "drafts" }, h("h2", { id: "drafts" }, t("field.home.drafts", { count: drafts.length })),
      drafts.length === 0 && h("p", {}, t("field.home.no_drafts")),
      h("ul", { class: "work-list" }, drafts.map((draft) => row(app, draft)))),
    app.installing && h("p", {}, button(t("field.home.install"), app.install, "second")),
    h("p", {}, h("small", {}, t(app.isKept ? "field.home.kept" : "field.home.not_kept"), " ", t("field.home.pack", { version: content.pack }))),
    h("p", { class: "campo-links" },
      plainButton(t("field.outbox.open"), () => app.go("outbox")), plainButton(t("field.home.renew"), () => app.go("renew")),
      plainButton(t("field.home.lock"), app.lockNow), plainButton(t("field.erase.open"), () => app.go("erase"))));
}

function row(app, draft) {
  const { t, content } = app;
  const { asked, answered } = progress(content, draft);
  const province = content.provinces.find((one) => one.code === draft.about.province)?.name ?? t("field.home.no_province");
  return h("li", { class: "work-row", "data-draft": true },
    h("div", {}, h("span", { class: "work-title" }, province),
      h("p", { class: "work-facts" },
        draft.danger && h("span", { class: "status urgent" }, "▲ " + t("identification.danger.button")),
        draft.stage === "stopped" && h("span", { class: "status urgent" }, t("field.home.stopped")),
        h("span", {}, app.ago(draft.touchedAt)),
        asked > 0 && h("span", {}, t("identification.topic.progress", { asked, answered })))),
    button(t("field.home.resume"), () => resume(app, draft), "second"),
    h("details", {}, h("summary", {}, t("field.home.drop")), h("p", {}, t("field.home.drop_more")),
      button(t("field.home.drop"), () => app.dropDraft(draft.id), "dangerous")));
}

function outbox(app, route) {
  const { t } = app;
  const file = h("input", {
    type: "file", id: "receipts", accept: ".json,application/json",
    onchange: async (event) => {
      const [chosen] = event.target.files;
      if (!chosen) return;
      route.taken = await app.loadReceipts(chosen);
      app.show();
      app.say(route.taken);
    },
  });
  const save = () => {
    const made = app.courier();
    if (!made) {
      route.taken = t("field.courier.too_large");
      return app.show();
    }
    const address = URL.createObjectURL(new Blob([made.text], { type: "application/octet-stream" }));
    h("a", { href: address, download: made.name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  };
  return text(
    h("p", {}, plainButton("← " + t(app.isOpen ? "field.outbox.back" : "field.outbox.back_locked"), () => app.go("home"))),
    h("h1", {}, t("field.outbox.title")), h("p", { class: "lead" }, t("field.outbox.lead")),
    app.sent?.problem && notice("warn", h("p", {}, app.sent.problem === "network" ? t("field.outbox.no_network")
      : app.sent.problem === "server" ? t("field.outbox.no_answer") : app.sent.problem)),
    app.sent?.received > 0 && notice("good", h("p", {}, t("field.outbox.received", { count: app.sent.received }))),
    Math.abs(app.skew) > WORTH_SAYING && notice("warn", h("p", {}, t("field.outbox.clock"))),
    h("section", { class: "card" },
      app.outbox.length === 0 && h("p", {}, t("field.state.all_sent")),
      app.outbox.length > 0 && h("ul", { class: "work-list" }, app.outbox.map((one) =>
        h("li", { class: "work-row", "data-operation": one.kind },
          h("div", {}, h("span", { class: "work-title" }, t("field.outbox.kind_" + one.kind, { number: one.seq })),
            h("p", { class: "work-facts" }, h("span", {}, app.ago(one.queuedAt)),
              one.reason && h("span", { class: "status urgent" }, t("field.outbox.rejected"))),
            one.reason && h("p", { class: "error" }, one.says ?? t("field.outbox.wrong_receipt")))))),
      app.outbox.length > 0 && h("p", { class: "buttons" },
        button(t("field.state.send"), () => app.sendNow({ again: true })))),
    h("section", { class: "card" },
      h("h2", {}, t("field.courier.title")), h("p", {}, t("field.courier.lead")),
      route.taken && notice("warn", h("p", {}, route.taken)),
      h("p", {}, app.outbox.length > 0 && button(t("field.courier.save"), save, "second")),
      h("div", { class: "field" }, h("label", { for: "receipts" }, t("field.courier.load")), file)));
}
outbox.isPublic = true;

function renew(app, route) {
  const { t } = app;
  const submit = h("button", { class: "button" }, t("field.renew.submit"));
  const renewed = once(submit, async () => {
    const { problem, signIn } = await app.prepare(app.device.name);
    Object.assign(route, { problem, signIn, isDone: !problem });
    app.show();
  });
  return text(
    h("p", {}, plainButton("← " + t("field.outbox.back"), () => app.go("home"))),
    h("h1", {}, t("field.renew.title")), h("p", { class: "lead" }, t("field.renew.lead")),
    route.isDone && notice("good", h("p", {}, t("field.renew.done"))),
    route.problem && notice("bad", h("p", {}, route.problem),
      route.signIn && h("p", {}, h("a", { class: "button", href: "/sign-in?to=/campo/" }, t("field.setup.sign_in")))),
    form({ onsubmit: renewed }, submit));
}

function erase(app) {
  const { t } = app;
  const left = app.outbox.length;
  const submit = h("button", { type: "button", class: "button dangerous" }, t("field.erase.submit"));
  submit.addEventListener("click", once(submit, app.erase));
  return text(
    h("h1", {}, t("field.erase.title")), h("p", { class: "lead" }, t("field.erase.lead")),
    left > 0 && notice("bad", h("p", {}, t("field.erase.unsent", { count: left }))),
    h("p", { class: "buttons" }, submit, plainButton(t("common.cancel"), () => app.go("home"))));
}
erase.isPublic = true;

export const pages = { ...sitting, setup, unlock, home, outbox, renew, erase };
