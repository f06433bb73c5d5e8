// What goes on around the pages: locking, sending when the network is back, leaving quickly, keeping the app's files.

const LOCK_AFTER = 5 * 60_000;
const SEND_EVERY = 60_000;

/** Locks what nobody touches, sends when it can, and follows the language buttons. */
export function watch(app, { flush, showState, refresh, changeLanguage }) {
  let [lastTouch, lastClock] = [performance.now(), Date.now()];
  const touched = () => { [lastTouch, lastClock] = [performance.now(), Date.now()]; };
  for (const event of ["pointerdown", "keydown", "input"]) addEventListener(event, touched, { capture: true, passive: true });
  setInterval(() => {
    // Two clocks: one may stand still while the phone sleeps, the other may be set to another year.
    const isUntouched = performance.now() - lastTouch > LOCK_AFTER || Math.abs(Date.now() - lastClock) > LOCK_AFTER;
    if (isUntouched) {
      touched();
      app.lockNow();
    }
  }, 1000);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) flush();
    else app.sendNow();
  });
  addEventListener("pagehide", flush);
  addEventListener("online", () => app.sendNow());
  addEventListener("offline", showState);
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    app.installing = event;
  });
  setInterval(() => {
    showState();
    if (app.outbox.some((one) => !one.reason) && navigator.onLine && !document.hidden) app.sendNow();
  }, SEND_EVERY);
  new BroadcastChannel("amparo-field").onmessage = refresh;
  for (const element of document.querySelectorAll("[data-language]")) {
    element.addEventListener("click", () => changeLanguage(element.dataset.language));
  }
}

/** Leaves no way back; without network an empty page instead of the browser's complaint. */
export function quickExit(flush) {
  const exit = document.querySelector("[data-quick-exit]");
  async function leave() {
    document.documentElement.hidden = true;
    history.replaceState(null, "", "/campo/");
    await Promise.race([flush(), new Promise((resolve) => setTimeout(resolve, 200))]);
    location.replace(navigator.onLine ? exit.href : "about:blank");
  }
  exit.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  // Escape twice within a second leaves too.
  let last = -Infinity;
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (event.timeStamp - last < 1000) leave();
    last = event.timeStamp;
  });
  // A page that the browser kept must not come back after leaving.
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}

/** Throws where the browser keeps nothing. A newer version is used while the phone is locked, never within an interview. */
export async function keepFiles(app) {
  let hadWorker = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (hadWorker && !app.isOpen && app.lock) location.reload();
    hadWorker = true;
  });
  const registration = await navigator.serviceWorker.register("/campo/sw.js", { scope: "/campo/", type: "module" });
  const useNewer = (worker) => { if (worker && !app.isOpen) worker.postMessage("use the newer version"); };
  useNewer(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const worker = registration.installing;
    worker?.addEventListener("statechange", () => {
      if (worker.state === "installed" && navigator.serviceWorker.controller) useNewer(worker);
    });
  });
}
