// Writes docs/api.md from the docstrings of what the library exports; with --check only says whether that file is what
// would be written. Both end with status 1 when an export has no docstring or speaks of a type that is not exported.
// It reads the declarations in dist/, so that it tells of what the package really brings: `npm run build` first.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import ts from 'typescript';

const TOP = join(dirname(fileURLToPath(import.meta.url)), '..');
const PAGE = join(TOP, 'docs/api.md');
const DECLARATIONS = join(TOP, 'dist/index.d.ts');

const HEAD = `# The library, name by name

This page is generated from the docstrings (\`npm run docs\`). [library.md](library.md) says what the library is for, with
an example.
`;

/** Headings with the names below them, in the order of src/index.ts. */
function sectionsOf(text) {
  const source = ts.createSourceFile('index.ts', text, ts.ScriptTarget.Latest, true);
  /** @type {{ title: string, names: string[] }[]} */
  const sections = [];
  for (const statement of source.statements) {
    const comments = ts.getLeadingCommentRanges(text, statement.getFullStart()) ?? [];
    for (const { pos, end, kind } of comments)
      if (kind === ts.SyntaxKind.SingleLineCommentTrivia)
        sections.push({ title: text.slice(pos + 2, end).trim(), names: [] });
    if (ts.isExportDeclaration(statement) && ts.isNamedExports(statement.exportClause))
      sections.at(-1).names.push(...statement.exportClause.elements.map((element) => element.name.text));
  }
  return sections;
}

/** The public members of a class or interface; undefined for other declarations. */
function publicMembers(declaration) {
  if (!ts.isClassDeclaration(declaration) && !ts.isInterfaceDeclaration(declaration)) return undefined;
  const isPrivate = (member) =>
    (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private) !== 0 ||
    (member.name !== undefined && ts.isPrivateIdentifier(member.name));
  return declaration.members.filter((member) => !isPrivate(member));
}

function docstring(node) {
  const { jsDoc = [] } = node;
  return ts.getTextOfJSDocComment(jsDoc.at(-1)?.comment) ?? '';
}

/** A declaration as it is written in TypeScript, without what is private and without its own docstring. */
function signature(declaration) {
  const source = declaration.getSourceFile();
  const members = publicMembers(declaration);
  const whole = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  const text = source.text;
  const written = (start, end) => text.slice(start, end).trim();
  if (members === undefined) return bare(written(whole.getStart(source), whole.end));
  const head = written(declaration.getStart(source), declaration.members.pos);
  const body = members.map((member) => written(member.pos, member.end));
  return bare(`${head}\n${body.join('\n')}\n}`);
}

const bare = (text) => text.replace(/^export /, '').replace(/^declare /, '');

const names = new Set();
const problems = [];
const program = ts.createProgram([DECLARATIONS], {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: ['node'],
  skipLibCheck: true,
});
const checker = program.getTypeChecker();
const entry = program.getSourceFile(DECLARATIONS);
if (entry === undefined) throw new Error('dist/index.d.ts is not there: run `npm run build` first.');

const declarations = new Map();
for (const exported of checker.getExportsOfModule(checker.getSymbolAtLocation(entry))) {
  const symbol = (exported.flags & ts.SymbolFlags.Alias) === 0 ? exported : checker.getAliasedSymbol(exported);
  declarations.set(exported.name, symbol.declarations ?? []);
  names.add(symbol);
}

/** Tells of the types of ours that a declaration names and nobody can import. */
function checkMentions(name, node) {
  const referred = ts.isTypeReferenceNode(node)
    ? node.typeName
    : ts.isExpressionWithTypeArguments(node)
      ? node.expression
      : ts.isTypeQueryNode(node)
        ? node.exprName
        : undefined;
  const found = referred === undefined ? undefined : checker.getSymbolAtLocation(referred);
  if (found !== undefined) {
    const symbol = (found.flags & ts.SymbolFlags.Alias) === 0 ? found : checker.getAliasedSymbol(found);
    const file = symbol.declarations?.[0]?.getSourceFile().fileName ?? '';
    const isOurs = !relative(join(TOP, 'dist'), file).startsWith('..');
    if (isOurs && (symbol.flags & ts.SymbolFlags.TypeParameter) === 0 && !names.has(symbol))
      problems.push(`${name} mentions ${symbol.name}, which is not exported.`);
  }
  ts.forEachChild(node, (child) => checkMentions(name, child));
}

function checkDocstrings(name, declaration) {
  const whole = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  if (docstring(whole) === '') problems.push(`${name} has no docstring.`);
  for (const member of publicMembers(declaration) ?? []) {
    if (ts.isConstructorDeclaration(member) || docstring(member) !== '') continue;
    problems.push(`${name}.${member.name?.getText() ?? '(member)'} has no docstring.`);
  }
}

let page = HEAD;
for (const { title, names: inSection } of sectionsOf(readFileSync(join(TOP, 'src/index.ts'), 'utf8'))) {
  page += `\n## ${title}\n`;
  for (const name of inSection) {
    for (const declaration of declarations.get(name) ?? []) {
      checkDocstrings(name, declaration);
      for (const node of publicMembers(declaration) ?? [declaration]) checkMentions(name, node);
      for (const heritage of declaration.heritageClauses ?? []) checkMentions(name, heritage);
      const whole = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
      page += `\n### ${name}\n\n${docstring(whole)}\n\n\`\`\`ts\n${signature(declaration)}\n\`\`\`\n`;
    }
  }
}

const written = await format(page, { parser: 'markdown', singleQuote: true, printWidth: 120, trailingComma: 'all' });
const place = relative(TOP, PAGE).split(sep).join('/');
if (!process.argv.includes('--check')) writeFileSync(PAGE, written);
else if (readFileSync(PAGE, 'utf8') !== written)
  problems.push(`${place} is not up to date: \`npm run docs\` writes it.`);
for (const problem of new Set(problems)) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
