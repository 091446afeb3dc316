import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";
import { importX } from "eslint-plugin-import-x";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

/** Floors of the house: lib → components → features → app. A lower floor never sees a higher one. */
const FLOORS = ["lib", "components", "features", "app"];
const FEATURES = [
  "audit",
  "calendar",
  "directives",
  "duties",
  "findings",
  "help",
  "imports",
  "incidents",
  "machines",
  "outside",
  "overview",
  "registers",
  "reports",
  "roster",
  "requests",
  "session",
  "sharing",
  "sites",
  "systems",
  "today",
  "units",
  "users",
];

const zones = [
  ...FLOORS.flatMap((floor, height) =>
    FLOORS.slice(height + 1).map((above) => ({
      target: `./src/${floor}`,
      from: `./src/${above}`,
      message: `${floor} must not know ${above}`,
    })),
  ),
  ...FEATURES.map((feature) => ({
    target: `./src/features/${feature}`,
    from: "./src/features",
    except: [`./${feature}`],
    message: "features never import each other; app composes them",
  })),
];

const noMarkupFromText = [
  { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: "Text from outside is data, never markup." },
  { selector: "MemberExpression[property.name=/^(innerHTML|outerHTML|insertAdjacentHTML)$/]", message: "Text from outside is data, never markup." },
];

export default tseslint.config(
  { ignores: ["dist", "src/api", "node_modules"] },
  {
    files: ["src/**/*.{ts,tsx}"],
    extends: [tseslint.configs.recommendedTypeChecked],
    plugins: { "import-x": importX, "react-hooks": reactHooks },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: { "import-x/resolver-next": [createTypeScriptImportResolver()] },
    rules: {
      "import-x/no-restricted-paths": ["error", { zones }],
      "import-x/no-cycle": "error",
      "no-restricted-syntax": ["error", ...noMarkupFromText],
      "react-hooks/rules-of-hooks": "error",
      "react-hooks/exhaustive-deps": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      "@typescript-eslint/only-throw-error": "off",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
    },
  },
);
