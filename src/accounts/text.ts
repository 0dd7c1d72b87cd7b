/** One line of text without control characters (PostgreSQL stores no NUL), between one and `maxChars` long. */
export const isLine = (text: string, maxChars: number): boolean =>
  text.length >= 1 && text.length <= maxChars && !/\p{Cc}/u.test(text);

/** A pattern for (I)LIKE that finds `text` literally, anywhere. */
export const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;
