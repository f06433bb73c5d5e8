// Sending what is sealed: by network or as a file that a courier carries. The phone forgets its copy only against a
// receipt that the server signed. Used by the page and by the service worker; needs no passphrase.
import { all, read, settle } from "./field-store.js";
import { fromText, isReceipt, sha256, toText } from "./field-vault.js";

/** At most this goes in one request; the server takes 100 operations and 1 MiB. */
const MOST = 100;
const LARGEST = 1_000_000;
/** A courier's file, in bytes. */
export const LARGEST_FILE = 20 * 1024 * 1024;

const packed = ({ body, signature }) => ({ body: toText(body), signature: toText(signature) });
const size = ({ body }) => Math.ceil((body.length * 4) / 3) + 140;

function batches(operations) {
  const parts = [];
  let bytes = 0;
  for (const operation of operations) {
    const last = parts.at(-1);
    if (!last || last.length === MOST || bytes + size(operation) > LARGEST) {
      parts.push([operation]);
      bytes = 100;
    } else {
      last.push(operation);
    }
    bytes += size(operation);
  }
  return parts;
}

/** What waits, oldest first. */
export async function waiting() {
  return (await all("outbox")).sort((one, other) => one.seq - other.seq);
}

/** What goes over the wire, or into a courier's file. */
export const parcel = (device, operations) =>
  JSON.stringify({ device: device.device, sentAt: Date.now(), operations: operations.map(packed) });

/** Takes an answer of the server, from the network or from a file. Answers how many were received. */
export async function take(device, answer) {
  const known = new Map((await waiting()).map((operation) => [operation.op, operation]));
  const [done, said] = [[], []];
  for (const { op, outcome, reason, says, receipt } of answer.outcomes ?? []) {
    const operation = known.get(op);
    if (!operation) continue;
    if (outcome === "rejected") said.push({ ...operation, reason, says });
    else if (await holds(device, operation, receipt)) done.push(op);
    else said.push({ ...operation, reason: "receipt", says: null });
  }
  await settle(done, said);
  return { received: done.length, kept: said.length };
}

async function holds(device, operation, receipt) {
  try {
    const [body, signature] = [fromText(receipt.body), fromText(receipt.signature)];
    if (!(await isReceipt(device.receiptKey, body, signature))) return false;
    const told = JSON.parse(new TextDecoder().decode(body));
    return told.op === operation.op && told.hash === toText(await sha256(operation.body));
  } catch {
    return false;
  }
}

/**
 * Sends what waits. What was rejected goes again only when a person asks.
 * Answers how many were received, what the server's clock says, and what was wrong: "network" or a sentence.
 */
export async function send({ again = false, language = "es" } = {}) {
  return navigator.locks.request("amparo-field-sync", async () => {
    const result = { received: 0, kept: 0, serverTime: null, problem: null };
    const device = await read("meta", "device");
    if (!device) return result;
    const operations = (await waiting()).filter((operation) => again || !operation.reason);
    for (const part of batches(operations)) {
      let response;
      try {
        response = await fetch("/sync", {
          method: "POST", headers: { "Content-Type": "application/json", "X-Amparo": "field", "Accept-Language": language },
          body: parcel(device, part), cache: "no-store", redirect: "error",
        });
      } catch {
        result.problem = "network";
        return result;
      }
      let answer = {};
      try { answer = await response.json(); } catch { /* What is no JSON has no sentence either. */ }
      if (!response.ok) {
        result.problem = answer.error || "server";
        return result;
      }
      const taken = await take(device, answer);
      result.received += taken.received;
      result.kept += taken.kept;
      result.serverTime = answer.serverTime ?? null;
    }
    return result;
  });
}
