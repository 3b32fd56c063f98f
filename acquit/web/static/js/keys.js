// Keys that exist without AltGr or Shift on an AZERTY keyboard. Ignored while one types, or switched off.
//
// g then a letter: the link with data-go="letter". j and k: next and previous line of [data-list]; Enter opens
// its first link; x ticks it. Any other letter: the visible button or link with data-key="letter", first in the
// line one stands on, then in the page. h: help. Escape: the page's way back (data-back).

const STORE = "acquit.keys";
const toggle = document.getElementById("keys-on");
const help = document.getElementById("help");

// A person may have switched the keys off for good (data-keys), or on this machine only. Storage may be
// forbidden: then the choice lasts as long as the page.
const remembered = () => {
  if (document.body.dataset.keys === "off") return false;
  try {
    return localStorage.getItem(STORE) !== "off";
  } catch {
    return true;
  }
};

const remember = (on) => {
  try {
    localStorage.setItem(STORE, on ? "on" : "off");
  } catch {
    // Nothing to do: the choice still holds for this page.
  }
};

let keysOn = remembered();
let going = 0;

if (toggle) {
  toggle.checked = keysOn;
  toggle.addEventListener("change", () => {
    keysOn = toggle.checked;
    remember(keysOn);
  });
}

const typing = (target) =>
  target instanceof Element &&
  (target.closest("textarea, select, [contenteditable]") ||
    (target.matches("input") && !["checkbox", "radio", "button", "submit"].includes(target.type)));

const visible = (element) => element.checkVisibility();

const rows = () =>
  [...document.querySelectorAll("[data-list]")].flatMap((list) =>
    [...(list.tBodies?.[0]?.rows ?? list.children)].filter(visible),
  );

const here = () => document.querySelector("[data-here]");

const stand = (row) => {
  here()?.removeAttribute("data-here");
  row.setAttribute("data-here", "");
  (row.querySelector("a[href]") ?? row.querySelector("button"))?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
};

const step = (by) => {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(here());
  stand(all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + by))]);
};

const press = (letter) => {
  const wanted = `[data-key="${CSS.escape(letter)}"]`;
  const found = [...(here()?.querySelectorAll(wanted) ?? []), ...document.querySelectorAll(wanted)].find(
    (element) => visible(element) && !element.disabled,
  );
  found?.click();
  return Boolean(found);
};

const go = (letter) => {
  const link = document.querySelector(`[data-go="${CSS.escape(letter)}"]`);
  if (link) location.assign(link.href);
};

const tick = () => {
  const box = here()?.querySelector("input[type=checkbox]");
  box?.click();
  return Boolean(box);
};

const letters = {
  g: () => {
    going = Date.now();
    return true;
  },
  j: () => step(1) ?? true,
  k: () => step(-1) ?? true,
  x: tick,
  h: () => {
    help?.showModal();
    return Boolean(help);
  },
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.ctrlKey && event.target.form) {
    event.target.form.requestSubmit();
    return;
  }
  if (!keysOn || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") {
    const menuOpen = document.querySelector("details.menu[open]");
    if (!menuOpen) document.querySelector("a[data-back]")?.click();
    return;
  }
  if (event.key.length !== 1) return;
  const letter = event.key.toLowerCase();
  if (Date.now() - going < 1500) {
    going = 0;
    event.preventDefault();
    go(letter);
    return;
  }
  const done = letters[letter] ? letters[letter]() : press(letter);
  if (done) event.preventDefault();
});

// Clicking or tabbing into a line puts the keyboard there too.
document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.("[data-list] > tbody > tr, [data-list] > li");
  if (row && row !== here()) {
    here()?.removeAttribute("data-here");
    row.setAttribute("data-here", "");
  }
});
