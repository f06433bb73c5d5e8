// What the phone keeps, in one database: "meta" (device, lock, counter), "drafts" (closed boxes) and "outbox" (sealed
// and signed, waiting for a receipt). Nothing readable about a person comes here.
const NAME = "amparo-field";
let opened;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("meta");
      request.result.createObjectStore("drafts", { keyPath: "id" });
      request.result.createObjectStore("outbox", { keyPath: "op" });
    };
    request.onsuccess = () => {
      const database = request.result;
      // Erasing must not wait for another page.
      database.onversionchange = () => {
        database.close();
        opened = undefined;
      };
      database.onclose = () => { opened = undefined; };
      resolve(database);
    };
    request.onerror = () => reject(request.error);
  }).catch((error) => {
    opened = undefined;
    throw error;
  });
  return opened;
}

/** One transaction; kept on the disk before it is called done. */
async function transact(stores, mode, work) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(stores, mode, { durability: "strict" });
    let result;
    transaction.oncomplete = () => resolve(result);
    transaction.onabort = () => reject(transaction.error ?? new DOMException("aborted", "AbortError"));
    work(transaction, (value) => { result = value; });
  });
}

export const read = (store, key) =>
  transact([store], "readonly", (transaction, give) => {
    const request = transaction.objectStore(store).get(key);
    request.onsuccess = () => give(request.result);
  });

export const all = (store) =>
  transact([store], "readonly", (transaction, give) => {
    const request = transaction.objectStore(store).getAll();
    request.onsuccess = () => give(request.result);
  });

export const keep = (values) =>
  transact(["meta"], "readwrite", (transaction) => {
    for (const [key, value] of Object.entries(values)) transaction.objectStore("meta").put(value, key);
  });

export const keepDraft = (box) =>
  transact(["drafts"], "readwrite", (transaction) => transaction.objectStore("drafts").put(box));

export const dropDraft = (id) =>
  transact(["drafts"], "readwrite", (transaction) => transaction.objectStore("drafts").delete(id));

/**
 * Puts an operation into the outbox and, in the same step, keeps or drops its draft.
 * Answers false, and changes nothing, when its number was used meanwhile.
 */
export const queue = (operation, { draft, dropped }) =>
  transact(["meta", "drafts", "outbox"], "readwrite", (transaction, give) => {
    const meta = transaction.objectStore("meta");
    const request = meta.get("seq");
    request.onsuccess = () => {
      const isNext = (request.result ?? 0) + 1 === operation.seq;
      give(isNext);
      if (!isNext) return;
      meta.put(operation.seq, "seq");
      transaction.objectStore("outbox").put(operation);
      if (draft) transaction.objectStore("drafts").put(draft);
      if (dropped) transaction.objectStore("drafts").delete(dropped);
    };
  });

/** Forgets what has a receipt, and keeps what was said of the others. */
export const settle = (done, said) =>
  transact(["outbox"], "readwrite", (transaction) => {
    const outbox = transaction.objectStore("outbox");
    for (const op of done) outbox.delete(op);
    for (const operation of said) outbox.put(operation);
  });

/** Erases everything this app ever kept on the phone. */
export async function erase() {
  if (opened) (await opened).close();
  opened = undefined;
  await new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(NAME);
    request.onsuccess = resolve;
    request.onerror = () => reject(request.error);
  });
  localStorage.clear();
  for (const key of await caches.keys()) await caches.delete(key);
  for (const registration of (await navigator.serviceWorker?.getRegistrations()) ?? []) await registration.unregister();
}
