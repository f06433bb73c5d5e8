// Checks a certificate in the reader's own browser: the credential behind the # of its QR code, a badge as JSON or as
// JWT. It asks nobody: the issuer's keys and the list of withdrawn certificates stand in the page itself.
// The same rules as `amparo certificate verify`.

const utf8 = new TextEncoder();
const BASE41 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-*+$/";
const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

class Malformed extends Error {}

function demand(holds) {
  if (!holds) throw new Malformed();
}

// --- Bytes as text ---------------------------------------------------------------------------------------------------

function fromBase41(text) {
  const letters = [...text].map((letter) => BASE41.indexOf(letter));
  demand(letters.length % 3 !== 1 && !letters.includes(-1));
  const bytes = [];
  for (let i = 0; i < letters.length; i += 3) {
    const group = letters.slice(i, i + 3);
    const value = group.reduceRight((sum, letter) => sum * 41 + letter, 0);
    demand(value < (group.length === 3 ? 65536 : 256));
    if (group.length === 3) bytes.push(value >> 8);
    bytes.push(value & 255);
  }
  return Uint8Array.from(bytes);
}

function convert(digits, from, to) {
  const out = [];
  for (const digit of digits) {
    let carry = digit;
    for (let i = 0; i < out.length; i++) {
      carry += out[i] * from;
      out[i] = carry % to;
      carry = Math.floor(carry / to);
    }
    while (carry > 0) {
      out.push(carry % to);
      carry = Math.floor(carry / to);
    }
  }
  const zeros = digits.findIndex((digit) => digit !== 0);
  return [...Array(zeros < 0 ? digits.length : zeros).fill(0), ...out.reverse()];
}

const toBase58 = (bytes) => convert([...bytes], 256, 58).map((digit) => BASE58[digit]).join("");

function fromBase58(text) {
  const digits = [...text].map((letter) => BASE58.indexOf(letter));
  demand(text.length <= 200 && !digits.includes(-1));
  return Uint8Array.from(convert(digits, 58, 256));
}

function fromBase64URL(text) {
  demand(/^[\w-]*$/.test(text));
  let plain;
  try {
    plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    throw new Malformed();
  }
  const again = btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  demand(again === text);
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function identifier(bytes) {
  const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
  let number = BigInt("0x" + hex(bytes));
  let text = "";
  for (let i = 0; i < 26; i++) {
    text = alphabet[Number(number & 31n)] + text;
    number >>= 5n;
  }
  return text;
}

const multikey = (key) => "z" + toBase58([0xed, 0x01, ...key]);

function keyOf(text) {
  demand(typeof text === "string" && text.startsWith("z"));
  const bytes = fromBase58(text.slice(1));
  demand(bytes.length === 34 && bytes[0] === 0xed && bytes[1] === 0x01);
  return bytes.slice(2);
}

const seconds = (text) => {
  if (typeof text !== "string" || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)) return NaN;
  return Date.parse(text) / 1000;
};
const timestamp = (second) => new Date(second * 1000).toISOString().replace(".000Z", "Z");

// RFC 8785: names sorted, everything else as ECMAScript writes it anyway.
function canonical(value) {
  if (Array.isArray(value)) return "[" + value.map(canonical).join(",") + "]";
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return "{" + Object.keys(value).sort().map((name) => JSON.stringify(name) + ":" + canonical(value[name])).join(",") + "}";
}

// --- The three forms -------------------------------------------------------------------------------------------------

// Version 1 of the document behind a QR code; never changed, only followed by another version.
function fromCompact(bytes) {
  demand(bytes.length > 145 && bytes[0] === 1);
  let fields;
  try {
    fields = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.slice(145)).split("\n");
  } catch {
    throw new Malformed();
  }
  demand(fields.length === 14);
  const [address, agency, phase, spanish, english, place, from, until, attended, held, validFrom, validUntil, created,
    name] = fields;
  demand([attended, held, validFrom, created].every((field) => /^-?\d{1,12}$/.test(field)));
  demand(validUntil === "" || /^-?\d{1,12}$/.test(validUntil));
  const number = identifier(bytes.slice(1, 17));
  const subject = hex(bytes.slice(17, 33)).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  const issuer = `${address}/issuers/${identifier(bytes.slice(33, 49))}`;
  const key = bytes.slice(49, 81);
  const document = {
    "@context": [
      "https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
      "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"],
    id: `${address}/certificate/${number}`,
    type: ["VerifiableCredential", "OpenBadgeCredential"],
    name: "Certificado de asistencia · Certificate of attendance",
    issuer: { id: issuer, type: ["Profile"], name: agency },
    validFrom: timestamp(Number(validFrom)),
    credentialSubject: {
      id: "urn:uuid:" + subject, type: ["AchievementSubject"],
      identifier: [{ type: "IdentityObject", hashed: false, identityHash: name, identityType: "name" }],
      activityStartDate: from + "T00:00:00Z", activityEndDate: until + "T00:00:00Z",
      narrative: `Asistió a ${attended} de ${held} sesiones. Attended ${attended} of ${held} sessions. ${place}.`,
      achievement: {
        id: `${issuer}#${phase}`, type: ["Achievement"], achievementType: "CertificateOfCompletion", name: spanish,
        description: `${spanish} · ${english}`,
        criteria: { narrative: "Asistencia a las sesiones del curso. Attendance at the sessions of the course." },
      },
    },
    credentialStatus: { id: `${address}/certificates/revoked.json`, type: "1EdTechRevocationList" },
  };
  if (validUntil !== "") document.validUntil = timestamp(Number(validUntil));
  const method = `${issuer}#${multikey(key)}`;
  document.proof = {
    "@context": document["@context"], type: "DataIntegrityProof", cryptosuite: "eddsa-jcs-2022",
    created: timestamp(Number(created)), verificationMethod: method, proofPurpose: "assertionMethod",
    proofValue: "z" + toBase58(bytes.slice(81, 145)),
  };
  return document;
}

async function sha256(text) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", utf8.encode(text)));
}

// What an embedded proof signs: the hash of the proof without its value, then that of the document without its proof.
async function fromEmbedded(whole) {
  const { proof, ...document } = whole;
  demand(proof && typeof proof === "object" && proof.type === "DataIntegrityProof");
  demand(proof.cryptosuite === "eddsa-jcs-2022" && proof.proofPurpose === "assertionMethod");
  const context = whole["@context"];
  demand(proof["@context"] === undefined || canonical(proof["@context"]) === canonical(context));
  const { proofValue, ...config } = proof;
  if (context !== undefined) config["@context"] = context;
  demand(typeof proofValue === "string" && proofValue.startsWith("z"));
  const signature = fromBase58(proofValue.slice(1));
  demand(signature.length === 64 && !Number.isNaN(seconds(proof.created)));
  const [controller, key] = keyOfMethod(proof.verificationMethod);
  const message = [await sha256(canonical(config)), await sha256(canonical(document))];
  return {
    document, controller, key, signature, created: seconds(proof.created),
    message: Uint8Array.from([...message[0], ...message[1]]),
  };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Malformed();
  }
}

function fromJWT(text) {
  const [head, body, last] = text.split(".").map(fromBase64URL);
  const decode = (bytes) => parsed(new TextDecoder().decode(bytes));
  const [header, payload] = [decode(head), decode(body)];
  demand(Object.keys(header).every((name) => ["alg", "kid", "jwk", "typ"].includes(name)) && header.alg === "EdDSA");
  demand((header.typ ?? "JWT") === "JWT" && (header.kid === undefined) !== (header.jwk === undefined));
  demand(last.length === 64);
  const { iss, jti, nbf, sub, exp, iat, ...document } = payload;
  demand(iss === document.issuer?.id && jti === document.id && sub && sub === document.credentialSubject?.id);
  demand(nbf === seconds(document.validFrom));
  demand(document.validUntil === undefined ? exp === undefined : exp === seconds(document.validUntil));
  const [controller, key] = header.jwk ? [document.issuer.id, keyOfJWK(header.jwk)] : keyOfMethod(header.kid);
  const message = utf8.encode(text.slice(0, text.lastIndexOf(".")));
  return { document, controller, key, signature: last, message };
}

// `https://issuer#z6Mk…`: whose key it is, and the key.
function keyOfMethod(method) {
  const parts = String(method).split("#");
  demand(parts.length === 2);
  return [parts[0], keyOf(parts[1])];
}

function keyOfJWK(jwk) {
  demand(jwk?.kty === "OKP" && jwk.crv === "Ed25519" && jwk.d === undefined && typeof jwk.x === "string");
  const key = fromBase64URL(jwk.x);
  demand(key.length === 32);
  return key;
}

async function presented(text) {
  text = text.trim();
  if (text.startsWith("{")) return fromEmbedded(parsed(text));
  if (text.startsWith("ey") && text.split(".").length === 3) return fromJWT(text);
  if (text.startsWith("%PDF-")) text = text.match(/\/URI \(([^)]*)\)/)?.[1] ?? "";
  const hash = text.indexOf("#");
  const document = fromCompact(fromBase41(text.slice(hash + 1)));
  const address = document.id.slice(0, document.id.lastIndexOf("/certificate/"));
  demand(hash < 0 || text.slice(0, hash) === address + "/verify");
  return fromEmbedded(document);
}

// --- The answer ------------------------------------------------------------------------------------------------------

async function isSigned(shown) {
  try {
    const key = await crypto.subtle.importKey("raw", shown.key, { name: "Ed25519" }, false, ["verify"]);
    return await crypto.subtle.verify({ name: "Ed25519" }, key, shown.signature, shown.message);
  } catch {
    // 32 bytes that are no key.
    return false;
  }
}

// A browser that does not know Ed25519, or a page that came without TLS, can't check anything.
async function canCheck() {
  try {
    await crypto.subtle.importKey(
      "raw", keyOf("z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"), { name: "Ed25519" }, false, ["verify"]);
    return true;
  } catch {
    return false;
  }
}

function trusted(keys, shown, issuer) {
  const name = multikey(shown.key);
  return keys.find((key) =>
    key.publicKeyMultibase === name && (issuer === key.address || issuer.startsWith(key.address + "/")));
}

async function believed(list, keys) {
  if (!list) return null;
  try {
    const shown = await fromEmbedded(list);
    const key = trusted(keys, shown, list.issuer);
    const dated = seconds(list.dated);
    const isGood = key && shown.controller === list.issuer && await isSigned(shown)
      && !(dated >= seconds(key.withdrawnFrom));
    return isGood ? { dated, ids: new Set(list.revokedCredentials.map((entry) => entry.id)) } : null;
  } catch {
    return null;
  }
}

function isBadge(document) {
  const subject = document.credentialSubject;
  const achievement = subject?.achievement;
  const texts = [
    document.id, document.issuer?.id, document.issuer?.name, subject?.id, achievement?.id, achievement?.name,
    achievement?.description, achievement?.criteria?.narrative ?? achievement?.criteria?.id];
  return document["@context"]?.[0] === "https://www.w3.org/ns/credentials/v2"
    && document["@context"]?.[1] === "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
    && document.type?.includes("VerifiableCredential") && document.type?.includes("OpenBadgeCredential")
    && texts.every((text) => typeof text === "string") && !Number.isNaN(seconds(document.validFrom))
    && (document.validUntil === undefined || !Number.isNaN(seconds(document.validUntil)));
}

export async function check(text, trust, now = Date.now() / 1000) {
  if (!(await canCheck())) return { verdict: "cannot", warnings: [] };
  let shown;
  try {
    shown = await presented(text);
  } catch {
    return { verdict: "malformed", warnings: [] };
  }
  const document = shown.document;
  const answer = (verdict, warnings = []) => ({ verdict, warnings, document });
  if (!(await isSigned(shown))) return answer("altered");
  if (!isBadge(document)) return answer("malformed");
  const issuer = document.issuer.id;
  const key = trusted(trust.keys, shown, issuer);
  if (!key || shown.controller !== issuer) return answer("unknown_issuer");
  const [from, until] = [seconds(document.validFrom), seconds(document.validUntil)];
  const signed = Math.max(from, shown.created ?? from);
  if (signed > seconds(key.until) || signed >= seconds(key.withdrawnFrom)) return answer("key_withdrawn");
  const warnings = key.withdrawnFrom ? ["key_withdrawn_later"] : [];
  const list = await believed(trust.revoked, trust.keys);
  if (list?.ids.has(document.id)) return answer("revoked", warnings);
  if (!list) warnings.push("no_revocation_list");
  else if (now - list.dated > 30 * 86400) warnings.push("old_revocation_list");
  if (now < from) return answer("not_yet_valid", warnings);
  if (now >= until) return answer("expired", warnings);
  return answer("valid", warnings);
}

// --- The page --------------------------------------------------------------------------------------------------------

const page = globalThis.document?.querySelector("[data-verify]");

if (page) {
  const trust = JSON.parse(page.dataset.trust);
  const texts = JSON.parse(page.dataset.texts);
  const part = (name) => page.querySelector(`[data-part="${name}"]`);
  let language = page.dataset.language;
  let last;

  const show = (answer) => {
    last = answer;
    const words = texts[language];
    const box = part("result");
    box.hidden = false;
    box.dataset.verdict = answer.verdict;
    box.className = "notice " + (answer.verdict === "valid" ? "good" : "bad");
    part("verdict").textContent = words["verdict." + answer.verdict];
    part("more").textContent = words["more." + answer.verdict] ?? "";
    part("warnings").replaceChildren(...answer.warnings.map((warning) => item("li", words["warning." + warning])));
    const facts = [];
    // What nobody vouches for is not shown: it would be believed.
    if (answer.document && !["malformed", "altered", "unknown_issuer", "key_withdrawn"].includes(answer.verdict)) {
      const { issuer, credentialSubject: subject, validFrom } = answer.document;
      const name = subject.identifier?.find((entry) => entry.identityType === "name")?.identityHash;
      const description = subject.achievement.description.split(" · ");
      facts.push(
        ["name", name], ["course", description[language === "es" ? 0 : description.length - 1]],
        ["by", issuer.name], ["dates", [subject.activityStartDate, subject.activityEndDate]
          .map((day) => day?.slice(0, 10)).join(" – ")], ["narrative", subject.narrative],
        ["issued", validFrom.slice(0, 10)], ["number", answer.document.id.split("/").pop()]);
    }
    part("facts").replaceChildren(...facts.filter(([, value]) => value).flatMap(([key, value]) => [
      item("dt", words["fact." + key]), item("dd", value)]));
  };

  const item = (tag, text) => {
    const element = globalThis.document.createElement(tag);
    element.textContent = text;
    return element;
  };

  const look = async (text) => show(await check(text, trust));

  const begin = () => {
    // The address a code leads to: this page's own, or the one in the credential when it was saved as a file.
    if (location.hash.length > 1) look(decodeURI(location.hash.slice(1)));
    for (const link of globalThis.document.querySelectorAll(".languages a")) {
      link.href = link.href.split("#")[0] + location.hash;
    }
  };

  part("form").hidden = false;
  part("form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (part("text").value.trim()) look(part("text").value);
  });
  part("file").addEventListener("change", async () => {
    const file = part("file").files[0];
    if (file) look(new TextDecoder("utf-8").decode(await file.arrayBuffer()));
  });
  for (const button of page.querySelectorAll("[data-say]")) {
    button.addEventListener("click", () => {
      language = button.dataset.say;
      globalThis.document.documentElement.lang = language;
      for (const element of page.querySelectorAll("[data-t]")) {
        element.textContent = texts[language][element.dataset.t];
      }
      if (last) show(last);
    });
  }
  addEventListener("hashchange", begin);
  begin();
}
