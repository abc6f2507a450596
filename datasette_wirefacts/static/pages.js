// Small helps for the pages under /-/wirefacts. Everything works without them.
document.querySelectorAll(".wf-copy").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const citation = button.closest("details").querySelector(".wf-citation");
    try {
      await navigator.clipboard.writeText(citation.textContent);
      button.textContent = button.dataset.done;
    } catch (error) {
      getSelection().selectAllChildren(citation); // no clipboard without https: the text is marked to be copied by hand
    }
  });
});

// A run's progress, without a reload until it ends.
const run = document.querySelector("#wf-run[data-active]");
if (run) {
  run.querySelector(".wf-reload").hidden = true;
  const look = async () => {
    try {
      const state = await (await fetch(run.dataset.json)).json();
      run.querySelector(".wf-run-words").textContent = state.words;
      run.querySelector(".wf-run-numbers").textContent = state.numbers;
      run.querySelector("progress").value = state.share;
      if (!state.active) {
        location.assign(location.pathname);
        return;
      }
    } catch (error) {
      // the server may be busy, or gone: ask again
    }
    setTimeout(look, 1000);
  };
  setTimeout(look, 500);
}
