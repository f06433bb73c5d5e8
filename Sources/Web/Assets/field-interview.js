// The interview as values: which questions are asked, what the safety check says, what is sealed at the end. No page,
// no storage. The rules are the server's (SkipLogic.swift, ScreeningPlan.swift, SafetyRules.swift); a test holds them
// against each other.

/** The note on the whole interview. */
export const OVERALL = "overall";
/** After this long nobody knows who came in meanwhile, and safety is asked about again. */
const LONGEST_PAUSE = 60 * 60_000;
/** Whoever was away longer than this was not interviewing. In seconds. */
export const LONGEST_GAP = 15 * 60;

export const isChild = (age) => age === "doubt" || Number(age) < 18;

/** `null` when it is no age. Not sure wins over a number: whoever may be under 18 is treated so. */
export function readAge(typed, inDoubt) {
  const digits = typed.replace(/\s/gu, "");
  if (inDoubt) return "doubt";
  return /^\d{1,3}$/.test(digits) && Number(digits) <= 120 ? String(Number(digits)) : null;
}

export function ageGroup(age) {
  if (!age) return null;
  return age === "doubt" ? "doubt" : isChild(age) ? "child" : "adult";
}

/** Whether something is asked; `answer` gives the answer to `dimension/code`. */
export const holds = (when, child, answer) =>
  !when || when.some((group) =>
    group.every((one) => (one.child === undefined ? (answer(one.q) === one.answer) === one.equal : one.child === child)));

/** The keys (`dimension/code`) that are asked. An answer to a skipped question counts for nothing. */
export function asked(set, child, answers) {
  const kept = new Set();
  const answer = (key) => (kept.has(key) ? answers(key) ?? "not_asked" : "not_asked");
  for (const dimension of set.dimensions) {
    if (!holds(dimension.when, child, answer)) continue;
    for (const question of dimension.questions) {
      if (holds(question.when, child, answer)) kept.add(`${dimension.code}/${question.code}`);
    }
  }
  return kept;
}

/** The instruments of a sitting; none while the start is not filled in. */
function sets(content, about) {
  const situation = content.situations.find((one) => one.code === about.questions);
  if (!situation || !about.age) return [];
  return situation[isChild(about.age) ? "child" : "adult"].map((id) => content.sets.find((set) => set.id === id));
}

/** The topics in order, each with what is asked now; one without a question is left out. */
export function topics(content, draft) {
  const child = isChild(draft.about.age);
  return sets(content, draft.about).flatMap((set) => {
    const kept = asked(set, child, (key) => {
      const [dimension, code] = key.split("/");
      return draft.topics[dimension]?.answers[code];
    });
    return set.dimensions.map((dimension) => ({
      code: dimension.code, name: dimension.name, phase: dimension.phase, set, all: dimension.questions,
      questions: dimension.questions.filter((question) => kept.has(`${dimension.code}/${question.code}`)),
    })).filter((topic) => topic.questions.length);
  });
}

export function progress(content, draft) {
  const plan = topics(content, draft);
  const count = (topic) => topic.questions.filter((one) => draft.topics[topic.code]?.answers[one.code]).length;
  return {
    asked: plan.reduce((sum, topic) => sum + topic.questions.length, 0),
    answered: plan.reduce((sum, topic) => sum + count(topic), 0),
  };
}

export const isDone = (topic, draft) =>
  topic.questions.every((question) => draft.topics[topic.code]?.answers[question.code]);

/** "clear", "open" or "stopped", and the questions that make it so. */
export function verdict(questions, answers) {
  const stopping = questions.filter((one) => !one.isTold && answers[one.code] === one.stopsOn);
  if (stopping.length) return { state: "stopped", questions: stopping };
  const open = questions.filter((one) => !one.isTold && !["yes", "no"].includes(answers[one.code]));
  return { state: open.length ? "open" : "clear", questions: open };
}

/** What nobody may pass over, whatever the reason. */
export const mustBeSettled = (questions, answers) =>
  questions.filter((one) => !one.mayGoOn
    && (answers[one.code] === one.stopsOn || !["yes", "no"].includes(answers[one.code])));

/** A clock that was set back tells nothing about the pause, and safety is asked about again too. */
export const isSafetyDue = (draft, now) =>
  draft.stage === "interview" && (now - draft.touchedAt > LONGEST_PAUSE || now < draft.touchedAt - 60_000);

/** After a long pause nothing of the check stands any more but what the person was told. */
export function askSafetyAgain(draft, questions) {
  const told = questions.filter((one) => one.isTold).map((one) => one.code);
  const only = (values) => Object.fromEntries(Object.entries(values).filter(([code]) => told.includes(code)));
  draft.safety = { ...draft.safety, answers: only(draft.safety.answers), given: only(draft.safety.given), checked: false, isAgain: true };
  draft.stage = "safety";
}

/** Takes the answers of a safety check; an answer that stays keeps when it was given. */
export function takeSafety(draft, questions, answers, now) {
  const { answers: old, given: before } = draft.safety;
  draft.safety.answers = answers;
  draft.safety.given = Object.fromEntries(
    Object.keys(answers).map((code) => [code, old[code] === answers[code] ? before[code] ?? now : now]));
  Object.assign(draft.safety, { checked: true, isAgain: false });
  const { state } = verdict(questions, answers);
  draft.stage = { clear: "interview", open: "safety", stopped: "stopped" }[state];
}

export function newDraft(content, { id, branch, now }) {
  return {
    id, branch, pack: content.pack, stage: "start", begunAt: now, touchedAt: now, secondsSpent: 0, danger: null, at: null,
    about: { age: null, language: "", sex: "", exploitation: "", interpreter: "not_needed", questions: "guided", province: "" },
    typedAge: "", safety: { answers: {}, given: {}, goneOn: [], checked: false }, topics: {},
  };
}

// Signs that are no text stop nothing here: they are left out, as the server would refuse them.
const text = (typed, limit) =>
  [...(typed ?? "").replaceAll("\r\n", "\n").replace(/(?![\n\t])\p{Cc}/gu, "").trim()].slice(0, limit).join("");

export const LONGEST_NOTE = 20_000;

/**
 * What the agency will read (section 4 of the format). What today's questions no longer have, because the age was
 * corrected or the pack changed, is written into the overall note, so that nothing that was noted is lost.
 */
export function sealedContent(content, draft, now) {
  const dimensions = sets(content, draft.about).flatMap((set) => set.dimensions);
  const safety = content.safety.map((one) => one.code);
  const [topics, left] = [{}, []];
  for (const [code, { answers, note }] of Object.entries(draft.topics)) {
    const dimension = dimensions.find((one) => one.code === code);
    const codes = new Set(dimension?.questions.map((question) => question.code));
    const known = Object.entries(answers).filter(([question]) => codes.has(question));
    const strange = Object.entries(answers).filter(([question]) => !codes.has(question));
    if (strange.length) left.push(`${code}: ` + strange.map(([question, answer]) => `${question} = ${answer}`).join(", "));
    const written = text(note, LONGEST_NOTE);
    if (dimension || code === OVERALL) {
      if (known.length || written) topics[code] = { answers: Object.fromEntries(known), note: written };
    } else if (written) left.push(`${code}: ${written}`);
  }
  if (left.length) {
    const whole = [topics[OVERALL]?.note, ...left].filter(Boolean).join("\n\n");
    topics[OVERALL] = { answers: {}, note: text(whole, LONGEST_NOTE) };
  }
  const only = (values) => Object.fromEntries(Object.entries(values).filter(([code]) => safety.includes(code)));
  return {
    schema: 1, pack: content.pack,
    about: { ...draft.about, language: text(draft.about.language, 100) },
    safety: {
      answers: only(draft.safety.answers), given: only(draft.safety.given),
      goneOn: draft.safety.goneOn.map(({ at, reason }) => ({ at, reason: text(reason, LONGEST_NOTE) })),
    },
    topics, begunAt: draft.begunAt, finishedAt: now, secondsSpent: Math.round(draft.secondsSpent), danger: draft.danger,
    stopped: draft.stage !== "interview",
  };
}
