// What was done, said in a polite live region: closes by its button, and by itself unless it offers an undo.

const LIFE = 12_000;

const live = document.getElementById("toasts");

const leave = (toast) => {
  const held = toast.contains(document.activeElement);
  toast.remove();
  // The focus must not fall off the page with the bar that held it.
  if (held) document.getElementById("main")?.focus();
};

const prepare = (toast) => {
  const closer = toast.querySelector("[data-closes-toast]");
  if (closer) {
    closer.hidden = false;
    closer.addEventListener("click", () => leave(toast));
  }
  if (toast.hasAttribute("data-stays")) return;
  let timer = setTimeout(() => leave(toast), LIFE);
  const hold = () => clearTimeout(timer);
  const release = () => {
    clearTimeout(timer);
    timer = setTimeout(() => leave(toast), LIFE);
  };
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, hold);
  for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, release);
};

if (live) {
  for (const toast of live.children) prepare(toast);
  // Fragments of a page may bring their own bars (hx-swap-oob).
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) if (node instanceof Element) prepare(node);
    }
  }).observe(live, { childList: true });
}
