package media

import (
	"bytes"
	"strconv"
	"strings"
)

// EachString calls visit for each string in body that is a JSON value. Name is the
// content of its key, nil if it has none. Content is that of the string, which begins
// at body[start]. Both are without quotes and as written: [Unquote] decodes them.
//
// Body may be any text that holds JSON: one value, newline-delimited values,
// server-sent events, a page with a script, frames between zero bytes. It need not be
// valid. A string that is cut off at the end of body is visited too.
func EachString(body []byte, visit func(name, content []byte, start int)) {
	eachRun(body, func(run []byte, offset int) {
		for next := 0; next < len(run); {
			quote := bytes.IndexByte(run[next:], '"')
			if quote < 0 {
				return
			}
			next = visitString(run, next+quote, offset, visit)
		}
	})
}

// eachRun calls visit for the runs of text between zero bytes. Text has no zero bytes,
// so JSON in a binary frame is a run of its own, and a byte of the frame that looks like
// a quote does no harm.
func eachRun(text []byte, visit func(run []byte, start int)) {
	for start := 0; ; {
		end := bytes.IndexByte(text[start:], 0)
		if end < 0 {
			visit(text[start:], start)
			return
		}
		visit(text[start:start+end], start)
		start += end + 1
	}
}

// visitString reads the quote at text[open] and returns where the next one may be.
func visitString(text []byte, open, offset int, visit func(name, content []byte, start int)) int {
	end, closed := stringEnd(text, open)
	if !closed {
		return end
	}
	colon := skipSpace(text, end)
	if colon == len(text) || text[colon] != ':' {
		if colon < len(text) && strings.IndexByte(",]}", text[colon]) < 0 {
			// In JSON nothing else follows a string. So this was the gap between two strings,
			// and the closing quote opens the second one.
			return end - 1
		}
		visit(nil, text[open+1:end-1], offset+open+1)
		return end
	}
	value := skipSpace(text, colon+1)
	if value == len(text) || text[value] != '"' {
		return value
	}
	valueEnd, closed := stringEnd(text, value)
	if !closed && valueEnd < len(text) {
		return value
	}
	content := text[value+1 : valueEnd]
	if closed {
		content = content[:len(content)-1]
	}
	visit(text[open+1:end-1], content, offset+value+1)
	return valueEnd
}

// skipSpace returns where the next token starts. It also skips the field name at the
// start of a line of server-sent events.
func skipSpace(text []byte, start int) int {
	for start < len(text) {
		switch {
		case isSpace(text[start]):
			start++
		case start > 0 && (text[start-1] == '\n' || text[start-1] == '\r') && bytes.HasPrefix(text[start:], []byte("data:")):
			start += len("data:")
		default:
			return start
		}
	}
	return start
}

// PathAt returns the path of the JSON scalar at an offset of text in the form
// $.choices[0].text. It returns "" if there is no scalar.
func PathAt(text []byte, offset int) string {
	var at string
	Walk(text, func(path []Step, start, end int) {
		if at == "" && start <= offset && offset < end {
			at = pathString(path)
		}
	})
	return at
}

func pathString(path []Step) string {
	var b strings.Builder
	b.WriteByte('$')
	for _, step := range path {
		switch key := string(step.Key); {
		case step.Key == nil:
			b.WriteString("[" + strconv.Itoa(step.Index) + "]")
		case isWord(key):
			b.WriteString("." + key)
		default:
			b.WriteString("[" + strconv.Quote(key) + "]")
		}
	}
	return b.String()
}

func isWord(key string) bool {
	return key != "" && strings.IndexFunc(key, func(r rune) bool {
		return r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	}) < 0
}

// A Step leads from a JSON object or array to one of its members.
type Step struct {
	Key   []byte // of a member of an object, as written; nil for an element of an array
	Index int    // of an element of an array

	// Hash identifies the whole path up to here: equal paths have equal hashes, whatever
	// escapes their keys are written with.
	Hash uint64
}

// maxWalkDepth is how deep Walk goes.
const maxWalkDepth = 1000

// Walk calls visit for each string, number, true, false and null of the first JSON
// object or array in text. A string's range includes its quotes. Visit must not keep
// path. Walk stops at the end of that JSON value, where text is not JSON, and where it
// is nested deeper than 1000.
func Walk(text []byte, visit func(path []Step, start, end int)) {
	at := bytes.IndexAny(text, "{[")
	if at < 0 {
		return
	}
	var few [16]Step
	path := few[:0]
	expectsValue := false // false: a key comes first
	for at = skipSpace(text, at); at < len(text); at = skipSpace(text, at) {
		switch c := text[at]; c {
		case '{', '[':
			if len(path) == maxWalkDepth {
				return
			}
			step := Step{Index: -1}
			if expectsValue = c == '['; expectsValue {
				step = Step{Hash: HashIndex(pathHash(path), 0)}
			}
			path = append(path, step)
			at++
		case '}', ']':
			if path = path[:len(path)-1]; len(path) == 0 {
				return
			}
			at++
		case ',':
			last := &path[len(path)-1]
			if expectsValue = last.Key == nil && last.Index >= 0; expectsValue {
				last.Index++
				last.Hash = HashIndex(pathHash(path[:len(path)-1]), last.Index)
			}
			at++
		default:
			end := scalarEnd(text, at)
			if expectsValue {
				visit(path, at, end)
				at = end
				continue
			}
			colon := skipSpace(text, end)
			if c != '"' || end-at < 2 || colon == len(text) || text[colon] != ':' {
				return
			}
			last := &path[len(path)-1]
			last.Key, expectsValue = text[at+1:end-1], true
			last.Hash = HashName(pathHash(path[:len(path)-1]), last.Key)
			at = colon + 1
		}
	}
}

func scalarEnd(text []byte, start int) int {
	if text[start] == '"' {
		end, _ := stringEnd(text, start)
		return end
	}
	end := start + 1
	for end < len(text) && isLiteral(text[end]) && !isSpace(text[end]) {
		end++
	}
	return end
}

func pathHash(path []Step) uint64 {
	if len(path) == 0 {
		return 14695981039346656037 // the initial value of FNV-1a
	}
	return path[len(path)-1].Hash
}

// HashPath returns the hash of a path. Its members are names and indices: strings and
// ints.
func HashPath(members ...any) uint64 {
	hash := pathHash(nil)
	for _, member := range members {
		switch member := member.(type) {
		case string:
			hash = appendHash(hash, '.', []byte(member))
		case int:
			hash = HashIndex(hash, member)
		}
	}
	return hash
}

// HashName returns the hash of the path from parent to a member of an object. Key is as
// written.
func HashName(parent uint64, key []byte) uint64 {
	if bytes.IndexByte(key, '\\') >= 0 {
		key = Unquote(nil, key)
	}
	return appendHash(parent, '.', key)
}

// HashIndex returns the hash of the path from parent to an element of an array.
func HashIndex(parent uint64, index int) uint64 {
	var digits [20]byte
	return appendHash(parent, '[', strconv.AppendInt(digits[:0], int64(index), 10))
}

// appendHash adds kind and text to an FNV-1a hash.
func appendHash(hash uint64, kind byte, text []byte) uint64 {
	const prime = 1099511628211
	hash = (hash ^ uint64(kind)) * prime
	for _, b := range text {
		hash = (hash ^ uint64(b)) * prime
	}
	return hash
}
