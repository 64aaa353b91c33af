/** Text that would steer what shows it, if that took it as it is. */

export const HOSTILE: Readonly<Record<string, string>> = {
  'colours and a cleared screen': '\u001B[31m\u001B[2Jred\u009B1m',
  'a title of the window': '\u001B]0;owned\u0007',
  'letters taken back': 'good\b\b\b\bevil\r',
  'right-to-left marks': 'abc\u202Etxt.exe\u2066x\u2069',
  'no width': 'a\u200Bb\uFEFFc\u00ADd',
  'a half of a pair': 'x\uD800y',
  'no characters': '\u0000\uFFFE\uFFFF',
  'tags beyond 16 bits': 'x\u{E0041}\u{E007F}y',
  'separators of lines': 'a\u2028b\u2029c\u0085d',
  markup: '<script>alert(1)</script><img src=x onerror=y> &amp; ]]> --> <![CDATA[',
  Markdown: '# x\n- [link](https://example.test) ![i](x) `code` ``` **b** | cell | \\| ~~s~~ $m$',
  'mentions and links': 'ask @octocat about #12, GH-3, octo/cat#4, www.example.test or mailto:a@example.test',
  'commands for the log': '::error file=x::boo\n  ::add-mask::a\n##[error]boo',
  'a new row': 'one\ntwo\r\nthree\tfour',
  'messages of SARIF': '{0} {{1}} [text](https://example.test) [a] (b)',
  'percent signs': '100%0A::error::x, a:b,c',
};

/** What no output may hold as it is. */
export const ODD = /(?!\n)[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\uFFFE\uFFFF]/u;

/** 10 MB in one line. */
export const LONG_LINE = 'long '.repeat(2_000_000);
