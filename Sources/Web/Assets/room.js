// The training room. Everything here works without it; with it, pages follow by themselves and keys are quicker.
const place = document.querySelector("[data-room]");

// A page that changes with time: the code on the projector.
if (place.dataset.room === "reload") {
  setTimeout(() => location.reload(), Number(place.dataset.every) * 1000);
}

// A quiz: asks for its step and loads the page anew when it has moved on. A phone that was away asks at once.
if (place.dataset.room === "follow") {
  const count = place.querySelector("[data-count]");
  let pause = 2000;
  async function look() {
    if (document.hidden) return;
    try {
      const answer = await fetch(place.dataset.follow, { cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      const [step, answered] = (await answer.text()).split(" ");
      if (step !== place.dataset.step) return location.reload();
      if (count && answered) count.textContent = answered;
      pause = 2000;
    } catch {
      // No connection: ask less and less often, at most every ten seconds.
      pause = Math.min(pause * 1.5, 10_000);
    }
  }
  (async () => {
    for (;;) {
      // Not all phones in the same moment.
      await new Promise((done) => setTimeout(done, pause * (0.75 + Math.random() / 2)));
      await look();
    }
  })();
  document.addEventListener("visibilitychange", look);
  addEventListener("online", look);
  // A presenter's remote control sends the page keys.
  document.addEventListener("keydown", (event) => {
    if (event.key === "PageDown") place.querySelector("[data-next]")?.click();
  });
}

// The roll-call: up and down from person to person, 1 to 5 for the mark and on to the next.
if (place.dataset.room === "roll") {
  const rows = [...place.querySelectorAll(".roll-row")];
  const focus = (row) => (row?.querySelector("input:checked") ?? row?.querySelector("input[type=radio]"))?.focus();
  place.addEventListener("keydown", (event) => {
    const row = event.target.closest(".roll-row");
    if (!row || event.ctrlKey || event.altKey || event.metaKey) return;
    const number = rows.indexOf(row);
    const marks = [...row.querySelectorAll("input[type=radio]")];
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      focus(rows[number + (event.key === "ArrowDown" ? 1 : -1)] ?? row);
    } else if (marks[Number(event.key) - 1]) {
      event.preventDefault();
      marks[Number(event.key) - 1].click();
      focus(rows[number + 1] ?? row);
    }
  });
}

// Typing sheets in: the cursor waits behind the last line.
if (place.dataset.room === "lines") {
  const area = place.querySelector("textarea");
  area.focus();
  area.setSelectionRange(area.value.length, area.value.length);
}
