// What pages are built of: elements and the house's form fields. No markup is ever made from text, and the browser is
// told to remember nothing of what is typed.

/** An element; what is `null`, `undefined`, `false` or empty is left out. */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "checked" || key === "value") element[key] = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((one) => one !== null && one !== undefined && one !== false && one !== ""));
  return element;
}

export const button = (label, action, kind = "") =>
  h("button", { type: "button", class: `button ${kind}`.trim(), onclick: action }, label);

export const plainButton = (label, action, further = {}) =>
  h("button", { type: "button", class: "plain", onclick: action, ...further }, label);

export const notice = (kind, ...children) => h("div", { class: `notice ${kind}`, role: "status" }, ...children);

export const danger = (label, action) =>
  h("button", { type: "button", class: "button dangerous", onclick: action, "data-danger": true },
    h("span", { "aria-hidden": "true" }, "▲"), " " + label);

/** A form that nothing remembers; pressing Enter presses its first button. */
export const form = (attributes, ...children) =>
  h("form", { autocomplete: "off", novalidate: true, ...attributes, onsubmit: (event) => {
    event.preventDefault();
    attributes.onsubmit?.(event);
  } }, ...children);

let number = 0;

function notes(id, { hint, error }) {
  return {
    shown: [hint && h("p", { class: "hint", id: `${id}-hint` }, hint), error && h("p", { class: "error", id: `${id}-error` }, error)],
    describedBy: [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || null,
  };
}

const label = (text, { optional }) => [text, optional && h("span", { class: "optional" }, " " + optional)];

export function textField(name, text, options = {}) {
  const id = `f${++number}`;
  const { shown, describedBy } = notes(id, options);
  const attributes = {
    id, name, autocomplete: "off", autocapitalize: options.isSecret ? "none" : null, spellcheck: "false",
    "aria-describedby": describedBy, "aria-invalid": options.error ? "true" : null, maxlength: options.longest,
    value: options.value ?? "", oninput: options.oninput, onchange: options.onchange,
  };
  return h("div", { class: options.error ? "field wrong" : "field" },
    h("label", { for: id }, label(text, options)), shown,
    options.rows
      ? h("textarea", { ...attributes, rows: options.rows })
      : h("input", { ...attributes, type: options.isSecret ? "password" : "text", inputmode: options.inputmode }));
}

export function select(name, text, choices, options = {}) {
  const id = `f${++number}`;
  const { shown, describedBy } = notes(id, options);
  return h("div", { class: options.error ? "field wrong" : "field" },
    h("label", { for: id }, label(text, options)), shown,
    h("select", {
      id, name, autocomplete: "off", "aria-describedby": describedBy, "aria-invalid": options.error ? "true" : null,
      onchange: options.onchange,
    }, h("option", { value: "" }, options.choose),
      choices.map((one) => h("option", { value: one.code, selected: one.code === options.value }, one.name))));
}

/** One of several; with `isFourWay` in the form of the four answers. */
export function choices(name, text, all, options = {}) {
  const id = `f${++number}`;
  const { shown, describedBy } = notes(id, options);
  const kind = `field group${options.isFourWay ? " four-way" : ""}${options.error ? " wrong" : ""}`;
  return h("fieldset", { class: kind, "aria-describedby": describedBy },
    h("legend", {}, label(text, options)), shown,
    h("div", { class: "answers" }, all.map((one, index) =>
      h("label", { class: "answer", for: `${id}-${index}` },
        h("input", {
          type: "radio", id: `${id}-${index}`, name, value: one.code, autocomplete: "off",
          checked: one.code === options.value, onchange: () => options.onchange?.(one.code),
        }),
        h("span", {}, one.name, one.hint && h("small", {}, one.hint))))));
}

export function tick(name, text, isOn, onchange) {
  const id = `f${++number}`;
  return h("div", { class: "field tick" }, h("label", { class: "answer", for: id },
    h("input", {
      type: "checkbox", id, name, value: "yes", autocomplete: "off", checked: isOn,
      onchange: (event) => onchange(event.target.checked),
    }), h("span", {}, text)));
}

/** What was typed into a form, by name. */
export const typed = (element) => Object.fromEntries(new FormData(element));
