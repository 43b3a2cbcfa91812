package redaction

import "strings"

// preferences are the last words of the names of cookies that hold what somebody chose.
// Their values stay if they are plain words or numbers: lang=en. Every other cookie is
// secret, whatever its value is, apart from switches such as seen=1.
var preferences = wordSet(`
	lang language locale theme mode scheme color colour consent currency country region timezone tz layout view font density banner
`)

// holdsPreferences reports whether a header holds cookies, and nothing secret in them.
func holdsPreferences(header []byte, value string) bool {
	switch len(header) {
	case len("Cookie"):
		if !strings.EqualFold(string(header), "cookie") {
			return false
		}
	case len("Set-Cookie"):
		if !strings.EqualFold(string(header), "set-cookie") {
			return false
		}
		value, _, _ = strings.Cut(value, ";") // attributes follow
	default:
		return false // the common case
	}
	for cookie := range strings.SplitSeq(value, ";") {
		name, value, found := strings.Cut(strings.TrimSpace(cookie), "=")
		if !found || !isPreference(name, strings.Trim(value, `"`)) {
			return false
		}
	}
	return true
}

func isPreference(name, value string) bool {
	const longest = 24
	switch strings.ToLower(value) {
	case "0", "1", "true", "false", "yes", "no", "on", "off":
		return judge(inQuery, name).verdict == kept
	}
	words := wordsOf(name)
	if len(words) == 0 || !preferences[words[len(words)-1]] || value == "" || len(value) > longest || isDrawn(value) || formatOf(value) != "" {
		return false
	}
	for n := range len(value) {
		if !isNameByte(value[n]) {
			return false
		}
	}
	return isWordy(value)
}
