package redact

import (
	"encoding/base64"
	"slices"
	"strings"
)

// A lesson is what the value of a header or parameter teaches.
type lesson struct {
	value string
	worth worth
}

// never is for what is replaced in its place, and searched for nowhere else.
func never(string) bool { return false }

// learnNamed returns what stands for the value of a secret header or parameter,
// and learns from it what may stand elsewhere: the token without its scheme, the
// user and password of Basic, each cookie. What says where and not who, such as
// a realm or a region, is not learned.
func (k *knowledge) learnNamed(name, value string) *standIn {
	if found, _ := k.of(value); found != nil && k.hasTaught(named{name, value}) {
		return found
	}
	defer k.setTaught(named{name, value})
	lessons := lessonsOf(lower(name), value)
	if len(lessons) == 1 && lessons[0].value == value {
		return k.learn(name, value, lessons[0].worth)
	}
	whole := k.learn(name, value, never)
	cookies := strings.EqualFold(name, "cookie") && len(lessons) > 1
	for _, l := range lessons {
		if !cookies {
			k.alias(l.value, whole, l.worth)
		} else if l.worth(l.value) {
			k.learn(name, l.value, l.worth) // each is a value of its own
		}
	}
	return whole
}

func lessonsOf(name, value string) []lesson {
	switch name {
	case "authorization", "proxy-authorization":
		return ofCredentials(value)
	case "cookie":
		var lessons []lesson
		for cookie := range strings.SplitSeq(value, ";") {
			lessons = append(lessons, ofCookie(cookie)...)
		}
		return lessons
	case "set-cookie":
		return []lesson{{value, asIdentifier}} // of the cookie alone
	case "www-authenticate":
		return nil // asks for credentials, and holds none
	case "x-amz-credential":
		return ofScope(value)
	case "key", "token", "upload_id", "x-guploader-uploadid", "x-goog-user-project",
		"openai-organization", "openai-project", "anthropic-organization-id", "anthropic-workspace-id":
		return []lesson{{value, asIdentifier}}
	}
	return []lesson{{value, asCredential}}
}

// ofCredentials takes the value of an Authorization header apart (RFC 9110,
// section 11.4).
func ofCredentials(value string) []lesson {
	scheme, rest, found := strings.Cut(value, " ")
	rest = strings.TrimSpace(rest)
	switch {
	case !found:
		return []lesson{{value, asCredential}}
	case strings.EqualFold(scheme, "basic"):
		return append(ofBasic(rest), lesson{rest, asCredential})
	case strings.EqualFold(scheme, "bearer"), strings.EqualFold(scheme, "token"), !strings.ContainsAny(rest, ", \""):
		return []lesson{{rest, asCredential}}
	}
	var lessons []lesson
	for param := range strings.SplitSeq(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(param), "=")
		value = strings.Trim(value, `"`)
		switch strings.ToLower(name) {
		case "signature", "response", "token", "mac", "sig", "oauth_token", "oauth_signature":
			lessons = append(lessons, lesson{value, asCredential})
		case "credential":
			lessons = append(lessons, ofScope(value)...)
		}
	}
	return lessons
}

// ofBasic also teaches the user where no password comes with it, as with Stripe,
// whose key is the user.
func ofBasic(encoded string) []lesson {
	decoded, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return nil
	}
	user, password, _ := strings.Cut(string(decoded), ":")
	return []lesson{{string(decoded), asIdentifier}, {password, asCredential}, {user, asIdentifier}}
}

func ofCookie(cookie string) []lesson {
	if _, value, found := strings.Cut(strings.TrimSpace(cookie), "="); found {
		return []lesson{{strings.Trim(value, `"`), asIdentifier}}
	}
	return nil
}

// ofScope teaches the access key of an AWS credential scope, and not its date,
// region and service.
func ofScope(value string) []lesson {
	key, _, _ := strings.Cut(value, "/")
	return []lesson{{key, asIdentifier}}
}

// learnEnvironment learns the values of the variables that say they are secret.
func (k *knowledge) learnEnvironment(environment []string, secret func(name string) bool) {
	// In order, so that a value under two names gets the same placeholder every time.
	for _, variable := range slices.Sorted(slices.Values(environment)) {
		name, value, _ := strings.Cut(variable, "=")
		worth := worth(asVariable)
		if upper := strings.ToUpper(name); strings.Contains(upper, "PASSWORD") || strings.Contains(upper, "PASSWD") {
			worth = asPassword
		}
		if worth(value) && secret(name) {
			k.learn(name, value, worth)
		}
	}
}

// saysSecret reports whether the name of an environment variable says so: at the
// end of one of its words, as in APIKEY, which may be a plural.
func saysSecret(name string) bool {
	for word := range strings.SplitSeq(strings.ToUpper(name), "_") {
		word = strings.TrimSuffix(word, "S")
		for _, says := range []string{"KEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "CREDENTIAL"} {
			if strings.HasSuffix(word, says) {
				return true
			}
		}
	}
	return false
}
