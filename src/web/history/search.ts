// Finds words whatever their case and accents.

export interface Span {
  begin: number;
  end: number;
}

// The text without case and accents, and for each of its characters the place
// in the original.
function fold(text: string): {folded: string, from: number[]} {
  let folded = '';
  const from: number[] = [];
  let at = 0;
  for (const character of text) {
    const plain =
        character.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
    folded += plain;
    for (let i = 0; i < plain.length; ++i) from.push(at);
    at += character.length;
  }
  from.push(at);
  return {folded, from};
}

// The words of a query, without repetition; none when there is nothing in it.
export const wordsOf = (query: string): string[] =>
    [...new Set(fold(query).folded.split(/\s+/).filter(Boolean))];

// Where `words` stand in `text`, in order and not overlapping; null when one of
// them does not.
export function find(text: string, words: string[]): Span[]|null {
  const {folded, from} = fold(text);
  const spans: Span[] = [];
  for (const word of words) {
    let at = folded.indexOf(word);
    if (at < 0) return null;
    for (; at >= 0; at = folded.indexOf(word, at + word.length))
      spans.push({begin: from[at]!, end: from[at + word.length]!});
  }
  spans.sort((a, b) => a.begin - b.begin || b.end - a.end);
  let reached = 0;
  return spans.filter(({begin, end}) => {
    if (begin < reached || end <= begin) return false;
    reached = end;
    return true;
  });
}
