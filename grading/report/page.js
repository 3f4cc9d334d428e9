"use strict";
const root = document.documentElement;

function speak(language) {
  root.lang = language;
  root.dataset.language = language;
  for (const button of document.querySelectorAll("[data-set-language]"))
    button.setAttribute("aria-pressed", String(button.dataset.setLanguage === language));
}

function filter(team, outcome) {
  for (const button of team.querySelectorAll("[data-filter]"))
    button.setAttribute("aria-pressed", String(button.dataset.filter === outcome));
  let shown = 0;
  for (const group of team.querySelectorAll(".requirement")) {
    let here = 0;
    for (const check of group.querySelectorAll(".check")) {
      check.hidden = outcome !== "" && check.dataset.outcome !== outcome;
      if (!check.hidden) here += 1;
    }
    group.hidden = here === 0;
    shown += here;
  }
  team.querySelector(".nothing").hidden = shown > 0;
}

for (const button of document.querySelectorAll("[data-set-language]"))
  button.addEventListener("click", () => speak(button.dataset.setLanguage));
for (const team of document.querySelectorAll(".team"))
  for (const button of team.querySelectorAll("[data-filter]"))
    button.addEventListener("click", () => filter(team, button.dataset.filter));
// A link to a check must show it, whatever is filtered, with its advice unfolded.
addEventListener("hashchange", () => {
  const check = document.getElementById(location.hash.slice(1));
  if (!check) return;
  filter(check.closest(".team"), "");
  check.open = true;
  check.scrollIntoView();
});
speak(root.dataset.language);
