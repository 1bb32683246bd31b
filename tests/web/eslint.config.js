// Rules for the pages' scripts. Run from the root of the repository: `npm run lint` does.
import js from "@eslint/js";
import globals from "globals";
import hooks from "eslint-plugin-react-hooks";

const RAW_HTML = /^(?:innerHTML|outerHTML|insertAdjacentHTML|setHTMLUnsafe|dangerouslySetInnerHTML)$/;
const message = "HTML goes into a page in gateway/web/text/sanitised.js alone, once it is clean.";
const rawHtml = [
  `MemberExpression[property.name=${RAW_HTML}]`,
  `MemberExpression[property.value=${RAW_HTML}]`,
  `Property[key.name=${RAW_HTML}]`,
  "TemplateElement[value.raw=/dangerouslySetInnerHTML/]",
  "CallExpression[callee.object.name='document'][callee.property.name=/^write(?:ln)?$/]",
].map((selector) => ({ selector, message }));

export default [
  { ignores: ["gateway/web/vendor/**"] },
  js.configs.recommended,
  { files: ["tests/web/*.js"], languageOptions: { globals: globals.node } },
  {
    files: ["gateway/web/**/*.js", "tests/web/example/*.js"],
    languageOptions: { globals: globals.browser },
    plugins: { "react-hooks": hooks },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "eqeqeq": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-restricted-syntax": ["error", ...rawHtml],
      "no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "no-var": "error",
      "prefer-const": "error",
      // They know components and hooks by their names, so Preact's too. The plugin's other rules
      // are for React's compiler.
      "react-hooks/rules-of-hooks": "error",
      "react-hooks/exhaustive-deps": "error",
    },
  },
  { files: ["gateway/web/text/sanitised.js"], rules: { "no-restricted-syntax": "off" } },
  {
    files: ["gateway/web/graphiql/**"],
    languageOptions: {
      globals: Object.fromEntries(
        ["GraphiQL", "React", "ReactDOM", "graphqlWs"].map((name) => [name, "readonly"]),
      ),
    },
  },
];
