package redaction

import (
	"bytes"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// interaction replaces in an interaction, in place.
func (w *walk) interaction(i *cassette.Interaction) {
	raw := i.Request.URL
	i.Request.URL = w.url("request URL", raw)
	w.header("request header", i.Request.Header)
	body, _ := w.body("request body", i.Request.Header, i.Request.Body)
	adjustContentLength(i.Request.Header, body.Len()-i.Request.Body.Len())
	i.Request.Body = body
	w.response(&i.Response)
	if i.Error != nil {
		i.Error.Message = strings.ReplaceAll(i.Error.Message, raw, i.Request.URL)
		// A host may be a secret, and a message may repeat what was sent.
		i.Error.Redact(func(text string) string { return w.text("error", text) })
	}
}

func (w *walk) response(r *cassette.Response) {
	w.inResponse = true
	defer func() { w.inResponse = false }()
	r.Reason = w.text("response status", r.Reason)
	w.header("response header", r.Header)
	body, edits := w.body("response body", r.Header, r.Body)
	if edits != nil {
		r.Chunks = moveChunks(r.Chunks, edits)
	} else if body.Len() != r.Body.Len() {
		r.Chunks = nil // it was compressed again, which leaves none of the old cuts
	}
	setBody(r, body)
	w.header("response trailer", r.Trailer)
}

// setBody replaces the body of a response, and adjusts its lengths.
func setBody(r *cassette.Response, body cassette.Body) {
	grown := body.Len() - r.Body.Len()
	adjustContentLength(r.Header, grown)
	if r.Length != nil && *r.Length >= 0 {
		*r.Length += int64(grown)
	}
	r.Body = body
}

// adjustContentLength adds what a body has grown by. The sum may differ from its
// length, because the body may have been closed before its end.
func adjustContentLength(header http.Header, grown int) {
	if grown == 0 {
		return
	}
	if length, err := strconv.Atoi(header.Get("Content-Length")); err == nil {
		header.Set("Content-Length", strconv.Itoa(length+grown))
	}
}

// urlHeaders hold a URL, which may be relative. Only the secrets in it are replaced,
// because the next request goes there.
var urlHeaders = newNameSet(strings.Fields("location content-location referer x-goog-upload-url x-goog-upload-control-url"))

// header replaces in the values of a header. It goes by the order of the names, so
// that a value under two of them gets the same placeholder every time.
func (w *walk) header(place string, header http.Header) {
	w.order = w.order[:0]
	for name, values := range header {
		if w.mayChangeHeader(name, values) {
			w.order = append(w.order, name)
		}
	}
	slices.Sort(w.order)
	for _, name := range w.order {
		place := place + " " + name
		isURL := urlHeaders.has(w.nameBytes(name))
		for n, value := range header[name] {
			if isURL {
				header[name][n] = w.address(place, value, true)
				continue
			}
			if w.layer == byName {
				if v := w.headerVerdict(w.nameBytes(name), value); v != kept {
					before, secret, after := cutSecret(name, value)
					if replacement, ok := w.replacementFor(inHeader, name, []byte(secret), v); ok {
						header[name][n], w.changed = before+replacement+after, true
						w.report(place, w.note(name))
						continue
					}
				}
				value = w.challenge(place, name, value)
			}
			header[name][n] = w.text(place, value)
		}
	}
}

// headerVerdict judges a header by its name, and by its value: the scheme of a credential
// makes any header secret, and cookies that hold preferences stay.
func (w *walk) headerVerdict(name []byte, value string) verdict {
	v := w.r.names.verdict(inHeader, name)
	if v == kept && startsWithScheme(value) && !w.r.names.keeps(inHeader, name) && !isChallenge(name) {
		return secret
	}
	if v == secret && holdsPreferences(name, value) && !w.r.names.isForced(inHeader, name) {
		return kept
	}
	return v
}

// nameBytes returns a name as bytes, in memory that the next text overwrites.
func (w *walk) nameBytes(name string) []byte {
	w.bytes = append(w.bytes[:0], name...)
	return w.bytes
}

// mayChangeHeader reports whether a header may hold something to replace.
func (w *walk) mayChangeHeader(name string, values []string) bool {
	w.nameBytes(name)
	if urlHeaders.has(w.bytes) || w.layer == byName && isChallenge(w.bytes) {
		return true
	}
	if w.layer == byName {
		for _, value := range values {
			if w.headerVerdict(w.bytes, value) != kept {
				return true
			}
		}
	}
	return slices.ContainsFunc(values, w.stringMayHoldSecret)
}

// isChallenge reports whether a header asks for credentials. A client reads it: where to
// get a token, for which realm and service.
func isChallenge(name []byte) bool {
	return challengeHeaders.has(name)
}

var challengeHeaders = newNameSet([]string{"www-authenticate", "proxy-authenticate"})

var challengeSecrets = regexp.MustCompile(`(?i)\b(nonce|opaque)="([^"]+)"`)

// challenge replaces the nonce and opaque of a challenge, if they are drawn.
func (w *walk) challenge(place, name, value string) string {
	if !isChallenge(w.nameBytes(name)) || w.r.names.keeps(inHeader, w.bytes) {
		return value
	}
	var edits []media.Edit
	for _, at := range challengeSecrets.FindAllStringSubmatchIndex(value, -1) {
		edits = append(edits, w.spanEdits([]byte(value), at[4], at[5], inHeader, value[at[2]:at[3]], ifDrawn, true)...)
	}
	w.changed = w.changed || len(edits) > 0
	w.reportEdits(place, edits)
	return string(media.Apply([]byte(value), edits))
}

// cutSecret cuts the value of a secret header around the secret. That is the whole
// value, except in Set-Cookie: there it is the value of the cookie, so that a client
// in replay has a cookie to send back.
func cutSecret(name, value string) (before, secret, after string) {
	if !strings.EqualFold(name, "set-cookie") {
		return "", value, ""
	}
	cookie, attributes, found := strings.Cut(value, ";")
	if found {
		after = ";" + attributes
	}
	cookieName, secret, found := strings.Cut(cookie, "=")
	if !found {
		return "", cookie, after
	}
	return cookieName + "=", secret, after
}

// url replaces in the URL of a request. It drops user and password, which the transport
// sends in a header.
func (w *walk) url(place, raw string) string { return w.address(place, raw, false) }

// address replaces in a URL, which may be one to which a header redirects.
func (w *walk) address(place, raw string, isRedirect bool) string {
	if !strings.ContainsAny(raw, "?@%+#") && (w.layer == byName || !w.stringMayHoldSecret(raw)) {
		return raw // no parameters, no user, no escapes
	}
	text := []byte(withoutUser(raw))
	if w.isScan && w.layer == byName && len(text) < len(raw) {
		w.report(place, userInURL)
	}
	var edits []media.Edit
	path, query, at := splitURL(text)
	if w.layer == byRename {
		edits = w.r.known.renameEdits(text)
	}
	if w.layer == byValue {
		edits = w.valueEdits(text)
		if inPath := media.Unescape(nil, path); len(inPath) < len(path) {
			edits = merge(edits, media.Reescape(path, w.valueEdits(inPath)))
		}
	}
	w.isLogin = isRedirect || bytes.Contains(query, []byte("code")) && isLoginPath(path)
	edits = merge(edits, moved(w.formEdits(query, inQuery, false, hostIn(path), 0), at))
	if fragment := bytes.IndexByte(text, '#'); fragment >= 0 && bytes.IndexByte(text[fragment:], '=') >= 0 {
		edits = merge(edits, moved(w.formEdits(text[fragment+1:], inQuery, false, "", 0), fragment+1))
	}
	w.isLogin = false
	w.changed = w.changed || len(edits) > 0 || len(text) < len(raw)
	w.reportEdits(place, edits)
	return string(media.Apply(text, edits))
}

// isLoginPath reports whether a path is one of a login, by its words: there a service sends
// a browser back to, with a code.
func isLoginPath(path []byte) bool {
	_, rest, found := bytes.Cut(path, []byte("://"))
	if !found {
		rest = path
	}
	_, rest, _ = bytes.Cut(rest, []byte("/"))
	for word := range bytes.FieldsFuncSeq(rest, func(r rune) bool { return r < 'A' || r > 'Z' && r < 'a' || r > 'z' }) {
		if len(word) <= longestName && loginWords.has(word) {
			return true
		}
	}
	return false
}

var loginWords = newNameSet(strings.Fields("callback cb oauth oidc openid auth authorize authorization redirect login signin sso"))

// splitURL returns what precedes the query of a URL, and the query, which starts at
// url[at].
func splitURL(url []byte) (path, query []byte, at int) {
	text, _, _ := strings.Cut(string(url), "#")
	before, after, found := strings.Cut(text, "?")
	if found {
		at = len(before) + 1
	}
	return url[:len(before)], []byte(after), at
}

func withoutUser(raw string) string {
	scheme, rest, ok := strings.Cut(raw, "://")
	if !ok || strings.ContainsAny(scheme, "/?#") {
		return raw
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	if at := strings.LastIndexByte(rest[:end], '@'); at >= 0 {
		return scheme + "://" + rest[at+1:]
	}
	return raw
}

// headerValue returns the first value of a header, "" without one.
func headerValue(header http.Header, name string) string {
	if values := HeaderValues(header, name); len(values) > 0 {
		return values[0]
	}
	return ""
}

// HeaderValues finds a header in any spelling. Clients may put names into the map that
// Values does not see, and they are sent all the same.
func HeaderValues(header http.Header, name string) []string {
	if values := header[name]; len(values) > 0 {
		return values
	}
	for spelled, values := range header {
		// All spellings of a name have the same length.
		if len(spelled) == len(name) && strings.EqualFold(spelled, name) && len(values) > 0 {
			return values
		}
	}
	return nil
}
