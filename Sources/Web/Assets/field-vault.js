// Keys and seals of the phone: what a passphrase opens, what only the agency opens, what the phone signs.
// WebCrypto only; bytes in, bytes out, nothing is stored here.
const subtle = globalThis.crypto?.subtle;
const utf8 = new TextEncoder();

/** How often a guess at the passphrase must be stirred (OWASP's figure for PBKDF2-HMAC-SHA256, 2023). */
export const ITERATIONS = 600_000;

export const random = (count) => crypto.getRandomValues(new Uint8Array(count));

export function toText(bytes) {
  let binary = "";
  for (let start = 0; start < bytes.length; start += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  }
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Throws when the text is not base64url. */
export function fromText(text) {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

export function joined(...parts) {
  const all = parts.map((part) => (typeof part === "string" ? utf8.encode(part) : part));
  const bytes = new Uint8Array(all.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of all) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

export const sha256 = async (bytes) => new Uint8Array(await subtle.digest("SHA-256", bytes));

/** What this browser lacks: "secure", "ed25519", "x25519"; `null` when it can do all of it. */
export async function missing() {
  if (!subtle) return "secure";
  try {
    await subtle.generateKey({ name: "Ed25519" }, false, ["sign", "verify"]);
  } catch {
    return "ed25519";
  }
  try {
    await subtle.generateKey({ name: "X25519" }, false, ["deriveBits"]);
  } catch {
    return "x25519";
  }
  return null;
}

// The passphrase: accents, capitals and the number of blanks do not matter to whoever types it in the dark.
const plain = (phrase) =>
  phrase.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim().replace(/\s+/gu, " ");

async function passphraseKey(phrase, salt, iterations) {
  const material = await subtle.importKey("raw", utf8.encode(plain(phrase)), "PBKDF2", false, ["deriveKey"]);
  return subtle.deriveKey(
    { name: "PBKDF2", hash: "SHA-256", salt, iterations }, material, { name: "AES-GCM", length: 256 }, false,
    ["encrypt", "decrypt"]);
}

const draftKey = (raw) => subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);

/** A fresh draft key, and the same wrapped so that only the passphrase opens it. */
export async function newLock(phrase) {
  const [raw, salt, iv] = [random(32), random(16), random(12)];
  const wrapping = await passphraseKey(phrase, salt, ITERATIONS);
  const wrapped = new Uint8Array(await subtle.encrypt({ name: "AES-GCM", iv }, wrapping, raw));
  const key = await draftKey(raw);
  raw.fill(0);
  return { key, lock: { salt, iterations: ITERATIONS, iv, wrapped } };
}

/** The draft key; `null` when the passphrase is another one. */
export async function openLock({ salt, iterations, iv, wrapped }, phrase) {
  const wrapping = await passphraseKey(phrase, salt, iterations);
  try {
    const raw = new Uint8Array(await subtle.decrypt({ name: "AES-GCM", iv }, wrapping, wrapped));
    const key = await draftKey(raw);
    raw.fill(0);
    return key;
  } catch {
    return null;
  }
}

const draftAddress = (id) => utf8.encode("amparo/draft/1/" + id);

export async function closeDraft(key, draft) {
  const iv = random(12);
  const box = await subtle.encrypt(
    { name: "AES-GCM", iv, additionalData: draftAddress(draft.id) }, key, utf8.encode(JSON.stringify(draft)));
  return { id: draft.id, iv, box: new Uint8Array(box) };
}

/** Throws when the record was made under another key, or was changed. */
export async function openDraft(key, { id, iv, box }) {
  const bytes = await subtle.decrypt({ name: "AES-GCM", iv, additionalData: draftAddress(id) }, key, box);
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** The phone's own key: the private half can be used here and never be read, also not by this page. */
export async function newDeviceKey() {
  const pair = await subtle.generateKey({ name: "Ed25519" }, false, ["sign", "verify"]);
  return { privateKey: pair.privateKey, publicKey: new Uint8Array(await subtle.exportKey("raw", pair.publicKey)) };
}

const OPERATION = "amparo/field/1\n";
const RECEIPT = "amparo/receipt/1\n";

export const signed = async (privateKey, body) =>
  new Uint8Array(await subtle.sign("Ed25519", privateKey, joined(OPERATION, body)));

export async function isReceipt(publicKey, body, signature) {
  const key = await subtle.importKey("raw", publicKey, { name: "Ed25519" }, false, ["verify"]);
  return subtle.verify("Ed25519", key, signature, joined(RECEIPT, body));
}

// HPKE (RFC 9180), base mode: DHKEM(X25519, HKDF-SHA256) 0x0020, HKDF-SHA256 0x0001, AES-256-GCM 0x0002.
const KEM_SUITE = joined("KEM", new Uint8Array([0, 0x20]));
const SUITE = joined("HPKE", new Uint8Array([0, 0x20, 0, 1, 0, 2]));
const NOTHING = new Uint8Array(0);

async function hmac(key, bytes) {
  // A key of zeros is the same to HMAC as an empty one, and WebCrypto takes no empty key.
  const raw = key.length ? key : new Uint8Array(32);
  const imported = await subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await subtle.sign("HMAC", imported, bytes));
}

const extract = (suite, salt, label, input) => hmac(salt, joined("HPKE-v1", suite, label, input));

/** At most 32 bytes: one block of HKDF-Expand. */
async function expand(suite, key, label, info, length) {
  const labelled = joined(new Uint8Array([0, length]), "HPKE-v1", suite, label, info, new Uint8Array([1]));
  return (await hmac(key, labelled)).subarray(0, length);
}

/** The secret that sender and receiver share (RFC 9180, 4.1). */
export async function encapsulate(recipient, ephemeral) {
  const theirs = await subtle.importKey("raw", recipient, { name: "X25519" }, false, []);
  const agreed = new Uint8Array(
    await subtle.deriveBits({ name: "X25519", public: theirs }, ephemeral.privateKey, 256));
  const encapsulated = new Uint8Array(await subtle.exportKey("raw", ephemeral.publicKey));
  const extracted = await extract(KEM_SUITE, NOTHING, "eae_prk", agreed);
  const secret = await expand(KEM_SUITE, extracted, "shared_secret", joined(encapsulated, recipient), 32);
  return { encapsulated, secret };
}

/** Seals for the recipient's X25519 key: encapsulated key, then ciphertext with its tag. */
export async function seal(recipient, info, aad, content) {
  const ephemeral = await subtle.generateKey({ name: "X25519" }, false, ["deriveBits"]);
  const { encapsulated, secret } = await encapsulate(recipient, ephemeral);
  const context = joined(
    new Uint8Array([0]), await extract(SUITE, NOTHING, "psk_id_hash", NOTHING),
    await extract(SUITE, NOTHING, "info_hash", joined(info)));
  const root = await extract(SUITE, secret, "secret", NOTHING);
  const raw = await expand(SUITE, root, "key", context, 32);
  const iv = await expand(SUITE, root, "base_nonce", context, 12);
  const key = await subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt"]);
  const box = await subtle.encrypt({ name: "AES-GCM", iv, additionalData: joined(aad) }, key, content);
  return joined(encapsulated, new Uint8Array(box));
}

/** Content with its length before it, filled up so that its size tells little. */
export function padded(text) {
  const bytes = utf8.encode(text);
  const whole = new Uint8Array(Math.ceil((bytes.length + 4) / 1024) * 1024);
  new DataView(whole.buffer).setUint32(0, bytes.length);
  whole.set(bytes, 4);
  return whole;
}
