package redaction

import (
	"encoding/base64"
	"slices"
	"strings"
	"unicode"
)

// A policy decides which values are searched for. A search without a hit costs
// nothing, but an everyday word taken for a secret destroys a tape.
type policy func(value string) bool

// shortestSecret is the length in bytes below which a value is not searched for:
// it would be found in innocent text.
const shortestSecret = 8

// givenPolicy is for what the user calls a secret, also if it is only words: in
// replay, a dummy replaces it and must get the placeholder that is on the tape.
func givenPolicy(value string) bool {
	return len(value) >= shortestSecret && !holdsPlaceholder([]byte(value))
}

// credentialPolicy is for places that hold only secrets. Dummies are not searched
// for.
func credentialPolicy(value string) bool {
	return givenPolicy(value) && !isDummy(value)
}

// fieldPolicy is for fields of bodies, which may hold sentences: an assertion is a
// token at Google, and a claim elsewhere.
func fieldPolicy(value string) bool {
	return credentialPolicy(value) && (!strings.ContainsAny(value, " \n") || isRandom(value))
}

// identifierPolicy is for places that hold other things too, such as cookies and
// account names. Only values that look random are searched for.
func identifierPolicy(value string) bool { return credentialPolicy(value) && isRandom(value) }

// variablePolicy is for environment variables, whose secret names also hold paths,
// addresses, numbers and words: SSH_KEY_PATH, TOKEN_LIMIT, SECRET_BACKEND.
func variablePolicy(value string) bool {
	switch {
	case strings.HasPrefix(value, "http://"), strings.HasPrefix(value, "https://"), strings.HasPrefix(value, "file:"):
		return strings.Contains(value, "@") && credentialPolicy(value)
	case strings.HasPrefix(value, "/"), strings.HasPrefix(value, "~/"), strings.HasPrefix(value, "."), strings.Contains(value, `:\`):
		// The secret keys of AWS may begin with a slash.
		return len(value) == 40 && strings.ContainsFunc(value, unicode.IsUpper) && identifierPolicy(value)
	}
	return credentialPolicy(value) && !isWordy(value)
}

// neverPolicy is for values that are only replaced under their own name.
func neverPolicy(string) bool { return false }

// variablePolicyFor returns the policy for a variable. Passwords may be words and
// numbers, because people make them up.
func variablePolicyFor(name string) policy {
	if upper := strings.ToUpper(name); strings.Contains(upper, "PASSWORD") || strings.Contains(upper, "PASSWD") {
		return credentialPolicy
	}
	return variablePolicy
}

// A credentialPart is a part of a header or parameter that may occur elsewhere by
// itself, such as the token of "Bearer token".
type credentialPart struct {
	value      string
	searchable policy
}

// credentialParts returns the parts of a secret header or parameter, given its name
// in lower case. Parts that are not secret, such as a realm or a region, are left
// out.
func credentialParts(name, value string) []credentialPart {
	switch name {
	case "authorization", "proxy-authorization":
		return authorizationParts(value)
	case "cookie":
		return cookieParts(value)
	case "www-authenticate":
		return nil // asks for credentials, and holds none
	case "x-amz-credential":
		return []credentialPart{accessKeyIn(value)}
	}
	if identifierNames.has([]byte(name)) {
		return []credentialPart{{value, identifierPolicy}}
	}
	return []credentialPart{{value, credentialPolicy}}
}

// authorizationParts parses an Authorization header (RFC 9110, section 11.4).
func authorizationParts(value string) []credentialPart {
	scheme, rest, found := strings.Cut(value, " ")
	rest = strings.TrimSpace(rest)
	switch {
	case !found:
		return []credentialPart{{value, credentialPolicy}}
	case strings.EqualFold(scheme, "basic"):
		return append(basicParts(rest), credentialPart{rest, credentialPolicy})
	case strings.EqualFold(scheme, "bearer"), strings.EqualFold(scheme, "token"), !strings.ContainsAny(rest, ", \""):
		return []credentialPart{{rest, credentialPolicy}}
	}
	var parts []credentialPart
	for param := range strings.SplitSeq(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(param), "=")
		value = strings.Trim(value, `"`)
		switch strings.ToLower(name) {
		case "signature", "response", "token", "mac", "sig", "oauth_token", "oauth_signature":
			parts = append(parts, credentialPart{value, credentialPolicy})
		case "credential":
			parts = append(parts, accessKeyIn(value))
		}
	}
	return parts
}

// basicParts returns the user as well: the key of Stripe is a user without a
// password.
func basicParts(encoded string) []credentialPart {
	decoded, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return nil
	}
	user, password, _ := strings.Cut(string(decoded), ":")
	return []credentialPart{{string(decoded), identifierPolicy}, {password, credentialPolicy}, {user, identifierPolicy}}
}

// cookieParts returns the values of a Cookie header.
func cookieParts(header string) []credentialPart {
	var parts []credentialPart
	for cookie := range strings.SplitSeq(header, ";") {
		if _, value, found := strings.Cut(strings.TrimSpace(cookie), "="); found {
			parts = append(parts, credentialPart{strings.Trim(value, `"`), identifierPolicy})
		}
	}
	return parts
}

// accessKeyIn returns the access key of an AWS credential scope, without date,
// region and service.
func accessKeyIn(scope string) credentialPart {
	accessKey, _, _ := strings.Cut(scope, "/")
	return credentialPart{accessKey, identifierPolicy}
}

// isWordy reports whether a value is a number, or words with numbers between them.
func isWordy(value string) bool {
	// The longest words and numbers between dashes and dots, and the longest of
	// what is neither, such as the 4o of gpt-4o-mini.
	const longestWord, longestNumber, longestMixed = 14, 4, 3
	if len(value) <= 3*longestNumber && strings.TrimLeft(value, "0123456789.") == "" {
		return true
	}
	return !slices.ContainsFunc(strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune("-_., ", r) }), func(word string) bool {
		letters := !strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsLetter(r) })
		oneCase := word[1:] == strings.ToLower(word[1:]) || word == strings.ToUpper(word)
		isWord := letters && oneCase && len(word) <= longestWord
		isNumber := len(word) <= longestNumber && strings.TrimLeft(word, "0123456789") == ""
		return !isWord && !isNumber && len(word) > longestMixed
	})
}

// isRandom reports whether a value has eight or more letters and digits in a row,
// at least one of each. Words, names, dates and versions have not.
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

// dummyWords are the words of values that people write where a secret goes.
var dummyWords = wordSet(`
	a abc access account admin an anthropic api apikey auth azure bar bearer basic baz change changeme client
	cohere credential default demo dev dummy empty example fake fixme foo gemini google groq guest here hidden id
	ignored insert invalid it key local localhost me mistral mock mocked my mysql no none not null ollama openai
	openrouter or pass passwd password pk placeholder postgres private proj project public rabbitmq real
	redacted removed replace root sample secret set sk some stub string test tested testing text that the this
	to todo token unused undefined unset user username value with word xyz you your
`)

// isDummy reports whether a value only fills the place of a secret: words such as
// test, changeme or your-api-key, with a few digits or none, or one character
// repeated.
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
