package redaction

import (
	"strings"
	"unicode"
)

// Answers hold text for people under the names of secrets: {"errors":{"password":["can't be
// blank"]}}, {"labels":{"password":"Passwort"}}. It stays. A passphrase of words alone is
// told by what it lacks: an everyday word, a capital letter at its start only, an end as of
// a sentence.

// isWording reports whether a value in an answer is text for people, and no secret.
func isWording(value string) bool {
	const longest = 500
	if len(value) > longest || strings.ContainsAny(value, "\n=<>{}\\") || startsWithScheme(value) {
		return false
	}
	value = strings.TrimSpace(value)
	words := strings.Fields(value)
	if len(words) < 2 {
		return labelWords[strings.ToLower(strings.TrimRight(value, "*:.?!…"))] || isForeign(value)
	}
	var everyday, capitals int
	for n, word := range words {
		word = strings.Trim(word, `.,;:?!…()"'“”„*`)
		if !isSpoken(word) {
			return false
		}
		if everydayWords[strings.ToLower(strings.ReplaceAll(word, "’", "'"))] {
			everyday++
		}
		if n > 0 && word != "" && unicode.IsUpper([]rune(word)[0]) {
			capitals++
		}
	}
	last := []rune(value)[len([]rune(value))-1]
	startsLikeSentence := unicode.IsUpper([]rune(value)[0]) && capitals == 0
	return everyday > 0 || startsLikeSentence || strings.ContainsRune(".?!…。", last) || isForeign(value)
}

// isSpoken reports whether a word is one, or a short number.
func isSpoken(word string) bool {
	const longestNumber = 4
	letters, digits := 0, 0
	for _, r := range word {
		switch {
		case unicode.IsDigit(r):
			digits++
		case unicode.IsLetter(r):
			letters++
		case !strings.ContainsRune("'’-/_,.+&", r):
			return false
		}
	}
	return digits == 0 && letters <= 2*longestSingleWord || letters == 0 && digits <= longestNumber
}

// isForeign reports whether a text has letters, and none of ASCII, and no digits.
func isForeign(text string) bool {
	hasLetter := false
	for _, r := range text {
		if r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return false
		}
		hasLetter = hasLetter || unicode.IsLetter(r)
	}
	return hasLetter
}

// labelWords are what a form calls a field, and what an answer says of one.
var labelWords = wordSet(`
	required optional missing invalid blank empty present absent expired incorrect wrong weak strong enabled disabled
	supported unsupported unchanged accepted rejected unknown mandatory hidden masked prohibited
	password passwords passphrase passcode secret token key username
	passwort kennwort contraseña senha wachtwoord lösenord adgangskode passord salasana hasło heslo parola jelszó şifre
`)

// everydayWords are in what software tells people, and hardly in a passphrase.
var everydayWords = wordSet(`
	a an the is are be been was has have must may can can't cannot could should will does doesn't do don't did didn't
	isn't aren't not no or and of to for in on at by with your you we it this that if than least most too more
	please enter required invalid incorrect missing forgot forgotten expired contain contains
	password passwords passphrase token secret key api characters
`)
