// The pages of one interview: start sheet, safety, topics, danger, sealing. Every change is kept as it is made.
import {
  LONGEST_NOTE, OVERALL, askSafetyAgain, isDone, isSafetyDue, mustBeSettled, progress, readAge, takeSafety, topics, verdict,
} from "./field-interview.js";
import { button, choices, danger, form, h, notice, plainButton, select, textField, tick, typed } from "./field-screen.js";

const ANSWERS = ["yes", "no", "unknown", "not_asked"];
const four = (app) => ANSWERS.map((code) => ({ code, name: app.t("common.answer." + code) }));
const text = (...children) => h("div", { class: "text" }, ...children);
const dangerButton = (app, draft) => danger(app.t("identification.danger.button"), () => app.reportDanger(draft));

/** After a long pause nobody knows who came in. */
function askAgainWhenDue(app, draft) {
  if (!isSafetyDue(draft, Date.now())) return;
  askSafetyAgain(draft, app.content.safety);
  app.save(draft);
}

/** Where an interview goes on. */
export function resume(app, draft) {
  if (draft.stage === "start") return app.go("start", { id: draft.id });
  askAgainWhenDue(app, draft);
  if (draft.stage !== "interview") return app.go("safety", { id: draft.id });
  const plan = topics(app.content, draft);
  const next = plan.find((topic) => topic.code === draft.at) ?? plan.find((topic) => !isDone(topic, draft));
  app.go("topic", { id: draft.id, code: next?.code ?? OVERALL });
}

function start(app, route) {
  const { t, content } = app;
  const draft = app.drafts.get(route.id);
  const { about } = draft;
  const wrong = route.wrong ?? {};
  const set = (name) => (event) => {
    about[name] = typeof event === "string" ? event : event.target.value;
    app.save(draft, { soon: true });
  };
  const setAge = () => {
    about.age = readAge(draft.typedAge, draft.inDoubt);
    app.save(draft, { soon: true });
  };
  const optional = t("common.optional");
  const next = () => {
    about.age = readAge(draft.typedAge, draft.inDoubt);
    const missing = {
      province: about.province ? null : t("error.missing"), age: about.age ? null : t("error.screening_age"),
    };
    if (missing.province || missing.age) {
      route.wrong = missing;
      app.show();
      app.say(t("error.check_fields"));
      document.querySelector(".wrong input, .wrong select")?.focus();
      return;
    }
    route.wrong = null;
    if (draft.stage === "start") draft.stage = "safety";
    app.save(draft);
    resume(app, draft);
  };
  return text(
    h("h1", {}, t(draft.stage === "start" ? "identification.start.title" : "identification.start.correct_title")),
    h("p", { class: "lead" }, t(draft.stage === "start" ? "identification.start.lead" : "identification.start.correct_lead")),
    form({ class: "form", id: "start", onsubmit: next },
      choices("questions", t("identification.start.questions"),
        content.situations, { value: about.questions, onchange: set("questions") }),
      select("province", t("identification.start.province"), content.provinces,
        { value: about.province, onchange: set("province"), choose: t("common.choose"), error: wrong.province }),
      textField("age", t("identification.start.age"), {
        hint: t("identification.start.age_hint"), value: draft.typedAge, optional, inputmode: "numeric", error: wrong.age,
        longest: 10,
        oninput: (event) => {
          draft.typedAge = event.target.value;
          setAge();
        },
      }),
      tick("age_doubt", t("identification.start.age_doubt"), draft.inDoubt, (isOn) => {
        draft.inDoubt = isOn;
        setAge();
      }),
      choices("sex", t("identification.start.sex"), content.sexes, { value: about.sex, optional, onchange: set("sex") }),
      textField("language", t("identification.start.language"),
        { value: about.language, optional, longest: 100, oninput: set("language") }),
      choices("interpreter", t("identification.start.interpreter"), content.interpreters,
        { value: about.interpreter, hint: t("identification.start.interpreter_hint"), onchange: set("interpreter") }),
      select("exploitation", t("identification.start.exploitation"), content.exploitation, {
        value: about.exploitation, optional, hint: t("identification.start.exploitation_hint"), choose: t("common.choose"),
        onchange: set("exploitation"),
      }),
      h("button", { class: "unseen", tabindex: "-1", "aria-hidden": "true" })),
    h("div", { class: "interview-bar" },
      button(t("identification.start.submit"), next), button(t("identification.topic.pause"), () => app.go("home"), "second"),
      dangerButton(app, draft)));
}

function safety(app, route) {
  const { t, content } = app;
  const draft = app.drafts.get(route.id);
  route.answers ??= { ...draft.safety.answers };
  const check = () => {
    takeSafety(draft, content.safety, { ...route.answers }, Date.now());
    app.save(draft);
    if (draft.stage === "interview") return resume(app, draft);
    app.show();
    document.querySelector("#verdict")?.scrollIntoView();
    app.say(document.querySelector("#verdict h2")?.textContent ?? "");
  };
  const goOn = (event) => {
    const reason = typed(event.target).reason.trim();
    if (!reason) {
      route.needsReason = true;
      return app.show();
    }
    app.goneOn(draft, reason);
    resume(app, draft);
  };
  const field = (question) => h("div", { class: "card" },
    choices("a-" + question.code, question.text, four(app), {
      isFourWay: true, value: route.answers[question.code] ?? "not_asked",
      hint: draft.safety.checked && route.answers[question.code] === question.stopsOn ? question.advice : null,
      onchange: (answer) => {
        if (answer === "not_asked") delete route.answers[question.code];
        else route.answers[question.code] = answer;
        // Kept at once. Once it was checked, an answer that stops, stops at once.
        if (draft.safety.checked) {
          takeSafety(draft, content.safety, { ...route.answers }, Date.now());
        } else {
          draft.safety.given[question.code] = Date.now();
          draft.safety.answers = { ...route.answers };
        }
        app.save(draft);
      },
    }));
  const isWaiting = draft.safety.checked && draft.stage !== "interview";
  const said = isWaiting ? verdict(content.safety, draft.safety.answers) : { state: "clear", questions: [] };
  const blocked = isWaiting ? mustBeSettled(content.safety, draft.safety.answers) : [];
  return text(
    h("h1", {}, t("identification.safety.title")),
    h("p", { class: "lead" }, t("identification.safety.lead")),
    draft.safety.isAgain && notice("warn", h("p", {}, t("identification.safety.again"))),
    draft.danger && h("p", { class: "notice bad" }, h("strong", {}, "▲ " + t("identification.danger.reported_short")), " ",
      plainButton(t("identification.danger.open"), () => app.go("danger", { id: draft.id }))),
    h("div", { id: "verdict" },
      said.state === "stopped" && h("section", { class: "card danger" },
        h("h2", {}, h("span", { "aria-hidden": "true" }, "▲ "), t("identification.safety.stopped")),
        h("ul", { class: "advice" }, said.questions.map((one) => h("li", {}, h("strong", {}, one.advice), h("small", {}, one.text)))),
        h("p", {}, t("identification.safety.stopped_more"))),
      said.state === "open" && h("section", { class: "notice warn" },
        h("h2", {}, t("identification.safety.open")), h("ul", {}, said.questions.map((one) => h("li", {}, one.text))),
        h("p", {}, t("identification.safety.open_more"))),
      blocked.length > 0 && h("section", { class: "notice bad" },
        h("h2", {}, t("identification.safety.blocked")), h("ul", {}, blocked.map((one) => h("li", {}, one.advice))))),
    form({ class: "cards", id: "interview", onsubmit: check },
      content.safety.filter((one) => !one.isTold).map(field),
      h("div", {}, h("h2", {}, t("identification.safety.told")), h("p", {}, t("identification.safety.told_lead"))),
      content.safety.filter((one) => one.isTold).map(field)),
    isWaiting && blocked.length === 0 && h("details", { class: "go-on", open: route.needsReason },
      h("summary", {}, t("identification.safety.go_on_title")),
      form({ class: "form", onsubmit: goOn },
        textField("reason", t("identification.safety.go_on_reason"), {
          hint: t("identification.safety.go_on_hint"), rows: 3, longest: LONGEST_NOTE,
          error: route.needsReason ? t("error.missing") : null,
        }),
        h("p", { class: "buttons" }, h("button", { class: "button" }, t("identification.safety.go_on"))))),
    draft.stage === "stopped" && h("p", {},
      button(t("identification.safety.end"), () => app.go("finish", { id: draft.id }), "second")),
    h("div", { class: "interview-bar" },
      button(t("identification.safety.submit"), check), button(t("identification.topic.pause"), () => app.go("home"), "second"),
      dangerButton(app, draft)));
}

function topic(app, route) {
  const { t, content } = app;
  const draft = app.drafts.get(route.id);
  askAgainWhenDue(app, draft);
  if (draft.stage !== "interview") return safety(app, Object.assign(route, { name: "safety" }));
  const plan = topics(content, draft);
  const names = [...plan, { code: OVERALL, name: t("identification.topic.overall") }];
  const index = Math.max(0, names.findIndex((one) => one.code === route.code));
  const here = names[index];
  const isLast = index === names.length - 1;
  const isObservation = here.set?.kind === "observation";
  const isOverall = here.code === OVERALL;
  draft.at = here.code;
  const part = draft.topics[here.code] ??= { answers: {}, note: "" };
  const count = h("span");
  const bar = h("progress", { "aria-label": t("identification.topic.progress_label") });
  const cards = new Map();
  // What an answer brings up or leaves out is there at once.
  const refresh = () => {
    const { asked, answered } = progress(content, draft);
    bar.max = asked;
    bar.value = answered;
    count.textContent = [
      t("identification.topic.progress", { asked, answered }),
      draft.secondsSpent >= 60 && t("field.spent", { minutes: Math.floor(draft.secondsSpent / 60) }),
    ].filter(Boolean).join(" · ");
    const kept = topics(content, draft).find((one) => one.code === here.code)?.questions ?? [];
    for (const [code, card] of cards) card.hidden = !kept.some((one) => one.code === code);
  };
  for (const question of here.all ?? []) {
    cards.set(question.code, h("div", { class: "card" }, choices("a-" + question.code, question.text, four(app), {
      isFourWay: true, value: part.answers[question.code] ?? "not_asked",
      onchange: (answer) => {
        if (answer === "not_asked") delete part.answers[question.code];
        else part.answers[question.code] = answer;
        app.save(draft);
        refresh();
      },
    })));
  }
  refresh();
  const to = (step) => {
    // What was just answered may have brought up another topic.
    const now = [...topics(content, draft).map((one) => one.code), OVERALL];
    const code = now[now.indexOf(here.code) + step];
    if (code) app.go("topic", { id: draft.id, code });
  };
  const end = () => app.go("finish", { id: draft.id });
  return text(
    h("p", { class: "eyebrow" },
      t("identification.topic.place", { number: index + 1, count: names.length }), here.phase && ` · ${here.phase}`),
    h("h1", {}, here.name),
    h("p", { class: "progress" }, bar, " ", count),
    draft.pack !== content.pack && index === 0 && notice("warn", h("p", {}, t("field.newer_pack", { version: content.pack }))),
    here.set && h("p", {}, t(isObservation ? "identification.topic.observation" : "identification.topic.ask")),
    here.set?.refusal && !isObservation && h("p", { class: "notice warn" }, here.set.refusal),
    form({ class: "cards", id: "interview", onsubmit: () => to(1) },
      [...cards.values()],
      h("div", { class: "card" }, textField("note", t(isOverall ? "identification.topic.overall_note" : "identification.topic.note"), {
        hint: t("identification.topic.note_hint"), optional: t("common.optional"), rows: 4, value: part.note,
        longest: LONGEST_NOTE,
        oninput: (event) => {
          part.note = event.target.value;
          app.save(draft, { soon: true });
        },
      }))),
    h("p", { class: "buttons" },
      index > 0 && button("← " + t("identification.topic.back"), () => to(-1), "second"),
      !isLast && button(t("field.finish.open"), end, "second")),
    h("div", { class: "interview-bar" },
      isLast ? button(t("field.finish.open"), end) : button(t("identification.topic.next"), () => to(1)),
      button(t("identification.topic.pause"), () => app.go("home"), "second"), dangerButton(app, draft)),
    h("details", {}, h("summary", {}, t("identification.topic.all")),
      h("ol", { class: "topics" }, names.map((one) => h("li", {},
        plainButton(one.name, () => app.go("topic", { id: draft.id, code: one.code }), one === here ? { "aria-current": "step" } : {}),
        one.set && isDone(one, draft) && [" ",
          h("span", { class: "status done" }, h("span", { "aria-hidden": "true" }, "●"), " " + t("identification.topic.done"))]))),
      h("p", {}, plainButton(t("field.correct_start"), () => app.go("start", { id: draft.id }))),
      h("p", {}, plainButton(t("field.ask_safety"), () => app.go("safety", { id: draft.id })))));
}

function finish(app, route) {
  const { t, content } = app;
  const draft = app.drafts.get(route.id);
  const { asked, answered } = progress(content, draft);
  return text(
    h("h1", {}, t("field.finish.title")),
    h("p", { class: "lead" }, t("identification.topic.progress", { asked, answered })),
    draft.stage !== "interview" && notice("warn", h("p", {}, t("field.finish.stopped"))),
    h("ul", {},
      h("li", {}, t("field.finish.no_result")), h("li", {}, t("field.finish.sealed", { agency: app.device.agencyName })),
      h("li", {}, t("field.finish.receipt"))),
    h("div", { class: "interview-bar" },
      button(t("field.finish.seal"), () => app.finish(draft)), button(t("identification.topic.back"), () => app.back(), "second"),
      dangerButton(app, draft)));
}

function inDanger(app, route) {
  const { t, content } = app;
  const draft = app.drafts.get(route.id);
  const waits = app.outbox.some((one) => one.kind === "danger" && one.record === route.id);
  const first = content.hotlines[0];
  return text(
    h("section", { class: "card danger" },
      h("h1", {}, h("span", { "aria-hidden": "true" }, "▲ "), t("identification.danger.title")),
      h("p", { class: "lead" }, content.safety.find((one) => one.code === "danger_now")?.advice),
      first && h("p", {}, h("a", { class: "button dangerous", href: "tel:" + first.dial }, t("field.danger.call", { number: first.number }))),
      h("ul", { class: "hotlines" }, content.hotlines.map((line) => h("li", {},
        h("span", {}, line.name), h("a", { class: "number", href: "tel:" + line.dial }, line.number), h("small", {}, line.certainty))))),
    notice("warn", h("p", {}, t(waits ? "field.danger.waits" : "field.danger.sent"))),
    h("ol", {}, ["step_people", "step_place", "step_supervisor"].map((step) => h("li", {}, t("identification.danger." + step)))),
    h("p", {}, button(t("identification.danger.back"), () => resume(app, draft), "second")));
}

function sealed(app) {
  const { t } = app;
  return text(
    h("h1", {}, t("field.sealed.title")), h("p", { class: "lead" }, t("field.sealed.lead")), h("p", {}, t("field.sealed.result")),
    h("p", { class: "buttons" }, button(t("field.sealed.home"), () => app.go("home"))));
}

export const sitting = { start, safety, topic, finish, danger: inDanger, sealed };
