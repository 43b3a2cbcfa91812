package media

import (
	"bytes"
	"strconv"
	"strings"
)

// A Step leads from a JSON object or array to one of its members.
type Step struct {
	Key   []byte // of a member of an object, as it is written; nil for an element of an array
	Index int    // of an element of an array
	// Hash stands for the whole path up to here: equal paths have equal hashes, with whatever escapes their keys are written.
	Hash uint64
}

// maxWalk bounds the depth to which Walk goes.
const maxWalk = 1000

// Walk calls visit for each string, number, true, false and null of the JSON text that begins at the first brace or bracket of text,
// with the path that leads there, which must not be kept, and with where it stands; strings with their quotes. It ends where that
// text does, where it is no JSON, and where it is nested deeper than 1000.
func Walk(text []byte, visit func(path []Step, start, end int)) {
	at := bytes.IndexAny(text, "{[")
	if at < 0 {
		return
	}
	var few [16]Step
	path := few[:0]
	keyed := false // the member at hand has its key, or needs none
	for at = skipSpace(text, at); at < len(text); at = skipSpace(text, at) {
		switch c := text[at]; c {
		case '{', '[':
			if len(path) == maxWalk {
				return
			}
			step := Step{Index: -1}
			if keyed = c == '['; keyed {
				step = Step{Hash: HashIndex(hashOf(path), 0)}
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
			if keyed = last.Key == nil && last.Index >= 0; keyed {
				last.Index++
				last.Hash = HashIndex(hashOf(path[:len(path)-1]), last.Index)
			}
			at++
		default:
			end := scalarEnd(text, at)
			if keyed {
				visit(path, at, end)
				at = end
				continue
			}
			colon := skipSpace(text, end)
			if c != '"' || end-at < 2 || colon == len(text) || text[colon] != ':' {
				return
			}
			last := &path[len(path)-1]
			last.Key, keyed = text[at+1:end-1], true
			last.Hash = HashName(hashOf(path[:len(path)-1]), last.Key)
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

func hashOf(path []Step) uint64 {
	if len(path) == 0 {
		return 14695981039346656037 // what FNV-1a begins with
	}
	return path[len(path)-1].Hash
}

// HashPath returns the hash of the path whose members are names and indices: strings and ints.
func HashPath(members ...any) uint64 {
	hash := hashOf(nil)
	for _, member := range members {
		switch member := member.(type) {
		case string:
			hash = hashBytes(hash, '.', []byte(member))
		case int:
			hash = HashIndex(hash, member)
		}
	}
	return hash
}

// HashName returns the hash of the path that leads on to a key, which is given as it is written.
func HashName(parent uint64, key []byte) uint64 {
	if bytes.IndexByte(key, '\\') >= 0 {
		key = Unquote(nil, key)
	}
	return hashBytes(parent, '.', key)
}

// HashIndex returns the hash of the path that leads on to an element of an array.
func HashIndex(parent uint64, index int) uint64 {
	var digits [20]byte
	return hashBytes(parent, '[', strconv.AppendInt(digits[:0], int64(index), 10))
}

// hashBytes goes on with FNV-1a.
func hashBytes(hash uint64, kind byte, text []byte) uint64 {
	const prime = 1099511628211
	hash = (hash ^ uint64(kind)) * prime
	for _, b := range text {
		hash = (hash ^ uint64(b)) * prime
	}
	return hash
}

// PathAt returns the path of the JSON value at an offset of text as people write it, such as $.choices[0].text, or "" where there is
// none.
func PathAt(text []byte, offset int) string {
	var found string
	Walk(text, func(path []Step, start, end int) {
		if found == "" && start <= offset && offset < end {
			found = shown(path)
		}
	})
	return found
}

func shown(path []Step) string {
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
