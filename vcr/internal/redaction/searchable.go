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
	return givenPolicy(value) && !isDummy(value) && !isExample(value)
}

// fieldPolicy is for fields of bodies, which may hold sentences: an assertion is a
// token at Google, and a claim elsewhere. A private key has blanks too.
func fieldPolicy(value string) bool {
	return wordPolicy(value) && (!strings.ContainsAny(value, " \n") || isDrawn(value) || formatOf(strings.TrimSpace(value)) != "")
}

// wordPolicy leaves out single words: as a password, one may be in any text.
func wordPolicy(value string) bool {
	return credentialPolicy(value) && (len(value) > longestSingleWord || strings.ContainsFunc(value, func(r rune) bool { return !unicode.IsLetter(r) }) || isDrawn(value))
}

const longestSingleWord = 14

// identifierPolicy is for places that hold other things too, such as cookies and
// account names. Only values that look random are searched for.
func identifierPolicy(value string) bool { return credentialPolicy(value) && isDrawn(value) }

// alwaysPolicy is for values that were judged before.
func alwaysPolicy(string) bool { return true }

// neverPolicy is for values that are only replaced under their own name.
func neverPolicy(string) bool { return false }

// A credentialPart is a part of a header or parameter that may occur elsewhere by
// itself, such as the token of "Bearer token".
type credentialPart struct {
	value      string
	searchable policy
}

// credentialParts returns the parts of a secret header or parameter, given its name
// in lower case. Parts that are not secret, such as a realm or a region, are left
// out.
func credentialParts(name, value string, v verdict) []credentialPart {
	switch {
	case name == "authorization", name == "proxy-authorization", startsWithScheme(value):
		return authorizationParts(value)
	case name == "cookie":
		return cookieParts(value)
	case name == "x-amz-credential":
		return []credentialPart{accessKeyIn(value)}
	case v == ifDrawn, name == "set-cookie", accountNames[name]:
		return []credentialPart{{value, identifierPolicy}}
	}
	return []credentialPart{{value, wordPolicy}}
}

// accountNames are secret names whose values may also be words, accounts and regions.
// Elsewhere, such a value is only searched for if it is drawn.
var accountNames = wordSet("upload_id x-guploader-uploadid x-goog-user-project openai-organization openai-project anthropic-organization-id anthropic-workspace-id")

// credentialSchemes begin the value of a header that holds a credential.
var credentialSchemes = [...]string{"bearer", "basic", "token", "apikey", "digest"}

// startsWithScheme reports whether the value of a header is a credential by its scheme.
// The words are also those of plans and buckets, so that what follows must look like one.
func startsWithScheme(value string) bool {
	if len(value) < len("basic x") || strings.IndexByte("btad", value[0]|0x20) < 0 {
		return false // the common case
	}
	for _, scheme := range credentialSchemes {
		if len(value) <= len(scheme)+1 || value[len(scheme)] != ' ' || !strings.EqualFold(value[:len(scheme)], scheme) {
			continue
		}
		rest := strings.TrimSpace(value[len(scheme):])
		switch scheme {
		case "digest":
			return strings.Contains(rest, "=")
		case "basic":
			return isBasic(rest) || isDrawn(rest) || strings.HasPrefix(rest, PlaceholderPrefix)
		}
		return rest != "" && (!strings.Contains(rest, " ") || strings.Contains(rest, "="))
	}
	return false
}

// withoutScheme returns what follows the scheme of a credential.
func withoutScheme(value string) string {
	if startsWithScheme(value) {
		_, rest, _ := strings.Cut(value, " ")
		return strings.TrimSpace(rest)
	}
	return value
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

// isRandom reports whether a value has eight or more letters and digits in a row, at
// least one of each. It is for what follows the prefix of a key; elsewhere isDrawn
// decides.
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

// isExample reports whether a value is that of a document about an API: the word for a
// type, or a key that says that it is an example.
func isExample(value string) bool { return typeWords[value] || strings.Contains(value, "EXAMPLE") }

// typeWords are what documents of APIs write where a value goes. No one has such a
// password, so that they stay everywhere but in headers.
var typeWords = wordSet("string str text null none nil undefined true false boolean bool object array number integer int")

// dummyWords are the words of values that people write where a secret goes.
var dummyWords = wordSet(`
	a abc access account admin an anthropic api apikey auth azure bar bearer basic baz change changeme client
	cohere credential default demo dev dummy empty example fake fixme foo gemini google groq guest here hidden id
	ignored insert invalid it key local localhost me mistral mock mocked my mysql no none not null ollama openai
	openrouter or pass passwd password pk placeholder postgres private proj project public rabbitmq real
	redacted removed replace root sample secret set sk some stub string test tested testing text that the this
	to todo token unused undefined unset user username value with word xyz you your
`)

// IsDummy reports whether a value only fills the place of a secret, such as test or
// your-api-key.
func IsDummy(value string) bool { return isDummy(value) }

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

// isDocumentation reports whether a response only shows where a secret goes. In requests
// such values are replaced: a test sends them instead of the real ones.
func isDocumentation(value string) bool {
	return len(value) > 2 && isDummy(value) || strings.Contains(value, "EXAMPLE")
}

func isRepeated(text string) bool { return text != "" && strings.Count(text, text[:1]) == len(text) }

func wordSet(text string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(text) {
		set[word] = true
	}
	return set
}
