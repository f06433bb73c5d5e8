// What is new for the member, live: the count in the page's frame, and a word of the browser where it was allowed. Without
// it, every page that is opened shows the count.
const place = document.querySelector("[data-notices]");
const count = place.querySelector("[data-notices-count]");
const said = document.querySelector("[data-notices-said]");
const fresh = document.querySelector("[data-notices-fresh]");
const shown = "amparo-notices-shown";
let unread = Number(count.textContent) || 0;

function show(state) {
  count.textContent = state.unread;
  count.hidden = state.unread === 0;
  place.setAttribute("aria-label", place.dataset.label.replace("#", state.unread));
  if (state.unread > unread && said) said.textContent = place.dataset.alert;
  unread = state.unread;
  if (fresh && state.newest > Number(fresh.dataset.noticesFresh)) fresh.hidden = false;
}

// One word for each time that something came, whichever page hears it first.
function tell(state) {
  const before = localStorage.getItem(shown);
  if (state.newest) localStorage.setItem(shown, Math.max(state.newest, Number(before)));
  if (!state.shows || before === null || state.newest <= Number(before)) return;
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  try {
    const word = new Notification(document.querySelector(".brand span").textContent, {
      body: place.dataset.alert,
      tag: "amparo-notices",
      icon: "/assets/amparo.svg",
    });
    word.addEventListener("click", () => {
      focus();
      location.assign(place.href);
    });
  } catch {
    // Phones show notifications only for sites that are installed; the count shows there all the same.
  }
}

// Until the session is over, or the page is left.
function follow(others) {
  return new Promise((over) => {
    const source = new EventSource(place.dataset.notices);
    source.addEventListener("notices", (event) => {
      const state = JSON.parse(event.data);
      show(state);
      tell(state);
      others?.postMessage(state);
    });
    source.addEventListener("ended", () => {
      source.close();
      over();
    });
    // The browser comes back by itself, unless the server said no.
    source.addEventListener("error", () => source.readyState === EventSource.CLOSED && over());
  });
}

// Browsers keep few connections to one server: of all pages that are open, one holds the stream and tells the others.
if (navigator.locks && "BroadcastChannel" in window) {
  const others = new BroadcastChannel("amparo-notices");
  others.addEventListener("message", (event) => show(event.data));
  navigator.locks.request("amparo-notices", () => follow(others));
} else if (!document.hidden) {
  follow();
}

// The permission can only be asked for by a click.
const notify = document.querySelector("[data-notify]");
if (notify && "Notification" in window) {
  const showState = () => {
    for (const part of notify.querySelectorAll("[data-notify-state]")) {
      part.hidden = part.dataset.notifyState !== Notification.permission;
    }
  };
  notify.hidden = false;
  showState();
  notify.querySelector("[data-notify-ask]").addEventListener("click", async () => {
    await Notification.requestPermission();
    showState();
  });
}
