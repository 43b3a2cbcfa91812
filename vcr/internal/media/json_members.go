package media

import "iter"

// Members returns the members of the JSON object or array that text begins with, in
// their order. Key is that of a member of an object, as written and without quotes, and
// nil in an array. Value is as written; [Members] reads it again if it is a container.
//
// Members keeps nothing of text and does not go deeper, so that it finds a value faster
// than a parser. It ends where text is not JSON. A value that is cut off at the end of
// text is returned as far as it goes.
func Members(text []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(key, value []byte) bool) {
		at := blankEnd(text, 0)
		if at == len(text) || text[at] != '{' && text[at] != '[' {
			return
		}
		isObject := text[at] == '{'
		for at = blankEnd(text, at+1); at < len(text) && text[at] != '}' && text[at] != ']'; at = blankEnd(text, at) {
			if text[at] == ',' {
				at++
				continue
			}
			var key []byte
			if isObject {
				end, closed := stringEnd(text, at)
				colon := blankEnd(text, end)
				if text[at] != '"' || !closed || colon == len(text) || text[colon] != ':' {
					return
				}
				key = text[at+1 : end-1]
				if at = blankEnd(text, colon+1); at == len(text) {
					return
				}
			}
			end := valueEnd(text, at)
			if !yield(key, text[at:end:end]) {
				return
			}
			at = end
		}
	}
}

func blankEnd(text []byte, start int) int {
	for start < len(text) && isSpace(text[start]) {
		start++
	}
	return start
}

// valueEnd returns the index after the value that begins at text[start], or the length
// of text if it does not end.
func valueEnd(text []byte, start int) int {
	if text[start] != '{' && text[start] != '[' {
		return scalarEnd(text, start)
	}
	depth := 0
	for at := start; at < len(text); at++ {
		switch text[at] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return at + 1
			}
		case '"':
			end, _ := stringEnd(text, at)
			at = end - 1
		}
	}
	return len(text)
}
