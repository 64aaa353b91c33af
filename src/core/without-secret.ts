/** A URL as messages show it: without the user and the password. Other text stays as it is. */
export function withoutSecret(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//');
}
