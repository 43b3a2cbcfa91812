package redaction

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// isSecretVariableName reports whether the values of a variable may be secrets.
func isSecretVariableName(name string) bool {
	return new(names).verdict(inVariable, []byte(name)) != kept
}

// variableParts returns what is secret in the value of a variable, and is searched for:
// the value itself without blanks and quotes around it, the token behind a scheme, a
// password behind a user, each element or line of a list, what is secret in JSON, and user
// and password of a URL. Paths, addresses, numbers and words are not: SSH_KEY_PATH,
// TOKEN_LIMIT and SECRET_BACKEND have secret words in their names too.
func variableParts(name, value string) []string {
	value = unquotedValue(value)
	if unschemed := withoutScheme(value); unschemed != value {
		return variableParts(name, unschemed)
	}
	var parts []string
	add := func(part string, searchable policy) {
		if part = unquotedValue(part); searchable(part) && !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	switch {
	case strings.HasPrefix(value, "{"), strings.HasPrefix(value, "["):
		var document any
		if json.Unmarshal([]byte(value), &document) == nil {
			addSecretFields(document, "", add)
			return parts
		}
	case strings.Contains(value, "://"):
		return addressParts(value)
	}
	if parts := addressParts(value); len(parts) > 0 {
		return parts
	}
	searchable := variablePolicy
	if isMadeUp(name) {
		searchable = madeUpPolicy
	}
	if !strings.HasPrefix(value, "-----BEGIN") {
		for part := range strings.FieldsFuncSeq(value, func(r rune) bool { return r == ',' || r == '\n' || r == '\r' }) {
			if part = unquotedValue(part); part != value && !strings.Contains(part, " ") { // a line of a script has blanks
				add(part, searchable)
			}
		}
	}
	if user, password, ok := strings.Cut(value, ":"); ok && user != "" && !strings.Contains(user, " ") {
		add(password, searchable)
	}
	if len(parts) == 0 || isDrawn(value) || strings.ContainsAny(value, ":\n") {
		add(value, searchable)
	}
	return parts
}

// addressParts returns user and password of an address, such as that of a database. Any
// variable may hold one.
func addressParts(value string) (parts []string) {
	value = unquotedValue(value)
	add := func(part string, searchable policy) {
		if searchable(part) && !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	if user, password, ok := userOf(value); ok {
		add(password, credentialPolicy)
		add(user, identifierPolicy)
		if unescaped, err := url.PathUnescape(password); err == nil {
			add(unescaped, credentialPolicy)
		}
	} else if password, ok := connectionPassword(value); ok {
		add(password, credentialPolicy)
	}
	return parts
}

// variablePolicy is for environment variables, whose secret names also hold paths,
// addresses, numbers and words.
func variablePolicy(value string) bool { return madeUpPolicy(value) && !isWordy(value) }

// madeUpPolicy is for passwords, which may be words and numbers.
func madeUpPolicy(value string) bool {
	return credentialPolicy(value) && !isPath(value) && !strings.HasPrefix(value, "file:")
}

// isMadeUp reports whether people make up the values of a variable.
func isMadeUp(name string) bool {
	words := wordsOf(name)
	return len(words) > 0 && slices.Contains([]string{"password", "passwd", "passphrase", "pass", "pwd", "pw"}, words[len(words)-1])
}

// unquotedValue returns a value without blanks and quotes around it, as some tools
// leave them.
func unquotedValue(value string) string {
	value = strings.TrimFunc(value, unicode.IsSpace)
	if len(value) > 1 && (value[0] == '"' || value[0] == '\'') && strings.IndexByte(value[1:], value[0]) == len(value)-2 {
		return strings.TrimFunc(value[1:len(value)-1], unicode.IsSpace)
	}
	return value
}

// userOf returns user and password of a URL. They need not be escaped as a URL wants it.
func userOf(address string) (user, password string, ok bool) {
	_, rest, ok := strings.Cut(address, "://")
	if !ok {
		return "", "", false
	}
	if end := strings.IndexAny(rest, "/?#"); end >= 0 && strings.Contains(rest[:end], "@") {
		rest = rest[:end]
	}
	at := strings.LastIndexByte(rest, '@')
	if at < 0 {
		return "", "", false
	}
	user, password, _ = strings.Cut(rest[:at], ":")
	return user, password, true
}

// connectionPassword returns the password of a connection string, or of an address of
// Go's MySQL driver.
func connectionPassword(value string) (password string, ok bool) {
	for _, network := range [...]string{"@tcp(", "@unix("} {
		if user, _, found := strings.Cut(value, network); found {
			_, password, ok = strings.Cut(user, ":")
			return password, ok
		}
	}
	for part := range strings.FieldsFuncSeq(value, func(r rune) bool { return r == ';' || r == ' ' }) {
		if name, password, found := strings.Cut(part, "="); found && isPasswordName([]byte(name)) {
			return password, true
		}
	}
	return "", false
}

// addSecretFields adds the strings of a JSON document that are secret by their names, as
// in the credentials of a Google service account.
func addSecretFields(value any, name string, add func(string, policy)) {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			addSecretFields(member, name, add)
		}
	case []any:
		for _, element := range value {
			addSecretFields(element, name, add)
		}
	case string:
		switch new(names).containerVerdict(inBody, []byte(name)) {
		case secret:
			add(value, fieldPolicy)
		case ifDrawn:
			add(value, identifierPolicy)
		}
	}
}
