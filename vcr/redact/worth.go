package redact

import (
	"slices"
	"strings"
	"unicode"
)

// shortestSecret is the length in bytes below which a value says too little to
// be searched for: it would be found in innocent text.
const shortestSecret = 8

// A worth says for which values it is worth while to search, by where they come
// from. What is searched for in vain costs nothing; a word of everyday language
// that is taken for a secret destroys a tape.
type worth func(value string) bool

// asGiven is for what the user says is a secret, if only in words: in replay, a
// dummy stands in for it and has to get the placeholder that is on the tape.
func asGiven(value string) bool {
	return len(value) >= shortestSecret && !holdsPlaceholder([]byte(value))
}

// asCredential is for places that hold nothing but secrets: everything that is
// long enough and no dummy.
func asCredential(value string) bool {
	return asGiven(value) && !isDummy(value)
}

// asField is for the fields of bodies, where sentences stand as well: an assertion
// is a token with Google, and a claim elsewhere.
func asField(value string) bool {
	return asCredential(value) && (!strings.ContainsAny(value, " \n") || isRandom(value))
}

// asIdentifier is for places that hold other things as well, such as cookies,
// accounts and the environment: what looks drawn at random.
func asIdentifier(value string) bool { return asCredential(value) && isRandom(value) }

// asVariable is for the environment, which under such names holds paths,
// addresses, numbers and words, too: SSH_KEY_PATH, TOKEN_LIMIT, SECRET_BACKEND.
func asVariable(value string) bool {
	switch {
	case strings.HasPrefix(value, "http://"), strings.HasPrefix(value, "https://"), strings.HasPrefix(value, "file:"):
		return strings.Contains(value, "@") && asCredential(value)
	case strings.HasPrefix(value, "/"), strings.HasPrefix(value, "~/"), strings.HasPrefix(value, "."), strings.Contains(value, `:\`):
		// The secret keys of AWS may begin with a slash.
		return len(value) == 40 && strings.ContainsFunc(value, unicode.IsUpper) && asIdentifier(value)
	}
	return asCredential(value) && !isWordy(value)
}

// asPassword is for variables that are named after what people make up: these may
// be words and numbers.
func asPassword(value string) bool { return asCredential(value) }

// The lengths up to which what stands between dashes and dots may be a word or a
// number, and something like the 4o in gpt-4o-mini.
const (
	longestWord   = 14
	longestNumber = 4
	shortWord     = 3
)

// isWordy reports whether a value is made of words, with numbers between them, or
// is a number.
func isWordy(value string) bool {
	if len(value) <= 3*longestNumber && strings.TrimLeft(value, "0123456789.") == "" {
		return true
	}
	return !slices.ContainsFunc(strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune("-_., ", r) }), func(word string) bool {
		letters := !strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsLetter(r) })
		oneCase := word[1:] == strings.ToLower(word[1:]) || word == strings.ToUpper(word)
		isWord := letters && oneCase && len(word) <= longestWord
		isNumber := len(word) <= longestNumber && strings.TrimLeft(word, "0123456789") == ""
		return !isWord && !isNumber && len(word) > shortWord
	})
}

// isRandom reports whether a value has a run of letters and digits, of both, that
// is no word, name, date or version: at least eight characters long.
func isRandom(value string) bool {
	run, letters, digits := 0, 0, 0
	for n := range len(value) {
		switch c := value[n]; {
		case isDigit(c):
			digits++
		case isLetter(c):
			letters++
		default:
			run, letters, digits = 0, 0, 0
			continue
		}
		if run++; run >= shortestSecret && letters > 0 && digits > 0 {
			return true
		}
	}
	return false
}

// dummyWords are what values consist of that stand where a secret is to be.
var dummyWords = wordSet(`
	a abc access account admin an anthropic api apikey auth azure bar bearer basic baz change changeme client
	cohere credential default demo dev dummy empty example fake fixme foo gemini google groq guest here hidden id
	ignored insert invalid it key local localhost me mistral mock mocked my mysql no none not null ollama openai
	openrouter or pass passwd password pk placeholder postgres private proj project public rabbitmq real
	redacted removed replace root sample secret set sk some stub string test tested testing text that the this
	to todo token unused undefined unset user username value with word xyz you your
`)

// isDummy reports whether a value stands in for a secret: words such as test,
// changeme or your-api-key, with a few digits or without, and one character over
// and over.
func isDummy(value string) bool {
	const fewDigits = 4
	digits, words := 0, 0
	for n := range len(value) {
		if isDigit(value[n]) {
			digits++
		}
	}
	for word := range strings.FieldsFuncSeq(value, func(r rune) bool { return r < 0x80 && !isLetter(byte(r)) }) {
		if !dummyWords[strings.ToLower(word)] && !isRepeated(word) {
			return false
		}
		words++
	}
	return words > 0 && digits <= fewDigits || isRepeated(value)
}

func isRepeated(text string) bool { return text != "" && strings.Count(text, text[:1]) == len(text) }

func wordSet(text string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(text) {
		set[word] = true
	}
	return set
}
