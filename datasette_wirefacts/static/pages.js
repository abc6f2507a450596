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
