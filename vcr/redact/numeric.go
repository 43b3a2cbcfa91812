package redact

import "bytes"

// isNumeric reports whether a secret is made of digits alone, as codes and
// account numbers are. Care has to be taken with them: embeddings are full of
// digits, and a number in JSON must not become a string.
func isNumeric(text []byte) bool {
	for _, c := range text {
		if !isDigit(c) {
			return false
		}
	}
	return true
}

// touchesNumber reports whether text[start:end] is a part of something longer: a
// word, a fraction, a negative number.
func touchesNumber(text []byte, start, end int) bool {
	if end < len(text) && isAlphanumeric(text[end]) || !begins(text, start) {
		return true
	}
	if start < 2 {
		return false
	}
	switch sign, before := text[start-1], text[start-2]; sign {
	case '.':
		return isDigit(before)
	case '-':
		return bytes.IndexByte([]byte(":[, "), before) >= 0
	}
	return false
}

// isJSONNumber reports whether text[start:end] stands where JSON has a number.
func isJSONNumber(text []byte, start, end int) bool {
	const blanks = " \t\r\n"
	before := bytes.TrimRight(text[max(0, start-2):start], blanks)
	behind := bytes.TrimLeft(text[end:min(len(text), end+longestName)], blanks)
	return len(before) > 0 && bytes.IndexByte([]byte(":[,"), before[len(before)-1]) >= 0 &&
		len(behind) > 0 && bytes.IndexByte([]byte(",]}"), behind[0]) >= 0
}
