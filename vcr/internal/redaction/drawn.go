package redaction

import (
	"regexp"
	"strings"
)

// isDrawn reports whether a value looks drawn at random: a key, a hash or a UUID rather
// than words, a number, a path or a date. Names that are often innocent need it, such as
// ?key= and "token" in JSON; so does a value that is to be searched for everywhere.
//
// It takes 99% of 16 random letters and digits for drawn, 82% of 12, and 29% of 8; and
// 3% of the words, titles, sentences, URLs and versions in recorded traffic.
func isDrawn(value string) bool {
	const longest = 8192
	if len(value) < shortestSecret || len(value) > longest || strings.ContainsAny(value, " \t\r\n\"'<>{}") {
		return false
	}
	if strings.Contains(value, "://") || strings.Contains(value, "EXAMPLE") || isPath(value) || innocentForm.MatchString(value) {
		return false
	}
	if uuid.MatchString(value) {
		return true
	}
	for start := 0; start < len(value); {
		end := start
		for end < len(value) && isAlphanumeric(value[end]) {
			end++
		}
		if end-start >= shortestSecret && isDrawnRun(value[start:end]) {
			return true
		}
		start = end + 1
	}
	return isDrawnMixture(value)
}

var (
	uuid = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)
	// A date, and an address on a block chain.
	innocentForm = regexp.MustCompile(`^\d{4}-?\d\d-?\d\d([T_]\d\d:?\d\d(:?\d\d)?(\.\d+)?(Z|[+-]\d\d:?\d\d)?)?$|^0[xX][0-9a-fA-F]{1,40}$`)
)

// isPath reports whether a value is a path. A base64 key may begin with a slash too: the
// secret keys of AWS do.
func isPath(value string) bool {
	switch {
	case strings.HasPrefix(value, "/"):
		return !isBase64Key(value)
	case strings.HasPrefix(value, "."), strings.HasPrefix(value, "~"), strings.Contains(value, `:\`):
		return true
	}
	return false
}

// isBase64Key reports whether a value that begins with a slash is base64: what is
// between the slashes is drawn, in both cases of letters and with digits.
func isBase64Key(value string) bool {
	unpadded := strings.TrimRight(value, "=")
	for n := range len(unpadded) {
		if c := unpadded[n]; !isAlphanumeric(c) && c != '+' && c != '/' {
			return false
		}
	}
	if len(value) != 40 && len(value)%4 != 0 || !hasAllClasses(unpadded) {
		return false
	}
	drawn := 0
	for part := range strings.FieldsFuncSeq(unpadded, func(r rune) bool { return r == '/' || r == '+' }) {
		if hasAllClasses(part) && changesOf(part) >= 2 {
			drawn += len(part)
		}
	}
	return 2*drawn >= len(unpadded)
}

// isDrawnRun looks at letters and digits without anything between them.
func isDrawnRun(run string) bool {
	letters := 0
	isHex := true
	for n := range len(run) {
		c := run[n]
		if isLetter(c) {
			letters++
		}
		isHex = isHex && (isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f')
	}
	digits := len(run) - letters
	switch changes := changesOf(run); {
	case letters == 0:
		return false
	case isHex && digits > 0 && (len(run) >= 16 || changes >= 2),
		changes >= 3, changes == 2 && len(run) >= 12 && !readsAsWords(run, 5):
		return true
	}
	return (letters >= 16 || letters >= 12 && digits > 0) && !readsAsWords(run, 3)
}

// changesOf counts the changes between letters and digits.
func changesOf(run string) (changes int) {
	for n := 1; n < len(run); n++ {
		if isDigit(run[n]) != isDigit(run[n-1]) {
			changes++
		}
	}
	return changes
}

// readsAsWords reports whether the letters of a run are words: parts that begin with a
// capital letter, with vowels and of so many letters on average.
func readsAsWords(run string, average int) bool {
	letters, parts := 0, 0
	for part := range wordPartsOf(run) {
		if isDigit(part[0]) {
			continue
		}
		letters += len(part)
		parts++
		if !isWord(part) {
			return false
		}
	}
	return letters >= average*parts
}

// isWord reports whether letters can be a word.
func isWord(part string) bool {
	const longestWord, mostConsonants, mostWithoutVowel = 20, 5, 4
	vowels, consonants := 0, 0
	for n := range len(part) {
		if strings.IndexByte("aeiouy", part[n]|0x20) >= 0 {
			vowels++
			consonants = 0
		} else if consonants++; consonants > mostConsonants {
			return false
		}
	}
	return len(part) <= longestWord && (vowels > 0 || len(part) <= mostWithoutVowel)
}

// wordPartsOf cuts letters and digits at changes between them, and where a capital letter
// begins a word, as in apiKey and APIKey.
func wordPartsOf(run string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		start := 0
		for n := 1; n <= len(run); n++ {
			if n < len(run) && isDigit(run[n]) == isDigit(run[n-1]) &&
				!(isUpper(run[n]) && (isLower(run[n-1]) || n+1 < len(run) && isLower(run[n+1]))) {
				continue
			}
			if !yield(run[start:n]) {
				return
			}
			start = n
		}
	}
}

// isDrawnMixture looks at a value of letters of both cases, digits, and the signs of
// base64 and tokens. It is drawn if half of it is neither word nor number.
func isDrawnMixture(value string) bool {
	const shortest = 16
	if len(value) < shortest || !hasAllClasses(value) {
		return false
	}
	readable := 0
	for start := 0; start < len(value); {
		end := start
		for end < len(value) && isAlphanumeric(value[end]) {
			end++
		}
		if end == start {
			if strings.IndexByte("_+/=.~-", value[start]) < 0 {
				return false
			}
			start++
			continue
		}
		run := value[start:end]
		for part := range wordPartsOf(run) {
			isNumber := isDigit(part[0]) && len(part) == len(run)
			if isNumber || isLetter(part[0]) && len(part) >= 3 && isWord(part) {
				readable += len(part)
			}
		}
		start = end
	}
	return 2*readable <= len(value)
}

func hasAllClasses(value string) bool {
	var upper, lower, digit bool
	for n := range len(value) {
		c := value[n]
		upper, lower, digit = upper || isUpper(c), lower || isLower(c), digit || isDigit(c)
	}
	return upper && lower && digit
}
