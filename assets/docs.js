"use strict";
(() => {
  // Descriptions as paragraphs with `code`: no HTML is ever parsed, so Trusted Types have nothing to refuse.
  const plainText = ({ React }) => {
    const inline = (text) => text.split("`").map((part, at) => (at % 2 ? React.createElement("code", { key: at }, part) : part));
    const Markdown = ({ source, className = "" }) =>
      source
        ? React.createElement("div", { className: `markdown ${className}` },
            source.split(/\n{2,}/).map((text, at) => React.createElement("p", { key: at }, inline(text))))
        : null;
    return { components: { Markdown, AuthorizeBtnContainer: () => null, AuthorizeOperationBtnContainer: () => null } };
  };
  SwaggerUIBundle({
    dom_id: "#ui",
    url: document.getElementById("ui").dataset.document,
    deepLinking: true,
    validatorUrl: null,
    supportedSubmitMethods: [],
    plugins: [plainText],
  });
})();
