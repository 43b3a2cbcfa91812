package redact

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// interaction goes through an exchange and replaces in place.
func (p *pass) interaction(i *cassette.Interaction) {
	raw := i.Request.URL
	i.Request.URL = p.url("request URL", raw)
	p.header("request header", i.Request.Header)
	body, _ := p.encoded("request body", i.Request.Header, i.Request.Body)
	follow(i.Request.Header, body.Len()-i.Request.Body.Len())
	i.Request.Body = body
	p.response(&i.Response)
	if i.Error != nil {
		i.Error.Message = strings.ReplaceAll(i.Error.Message, raw, i.Request.URL)
		p.failure(i.Error)
	}
}

func (p *pass) response(r *cassette.Response) {
	r.Reason = p.text("response status", r.Reason)
	p.header("response header", r.Header)
	body, edits := p.encoded("response body", r.Header, r.Body)
	grown := body.Len() - r.Body.Len()
	follow(r.Header, grown)
	if r.Length != nil && *r.Length >= 0 {
		*r.Length += int64(grown)
	}
	if edits != nil {
		r.Chunks = moveChunks(r.Chunks, edits)
	} else if grown != 0 {
		r.Chunks = nil // it was compressed anew: nothing of the old cuts is left
	}
	r.Body = body
	p.header("response trailer", r.Trailer)
}

// follow lets Content-Length follow a body that has grown. It is not simply the
// length: the body may have been closed before its end.
func follow(header http.Header, grown int) {
	if grown == 0 {
		return
	}
	if length, err := strconv.Atoi(header.Get("Content-Length")); err == nil {
		header.Set("Content-Length", strconv.Itoa(length+grown))
	}
}

// header replaces in the values of a header, in the order of the names, so that a
// value which stands under two of them gets the same placeholder every time.
func (p *pass) header(place string, header http.Header) {
	p.order = p.order[:0]
	for name, values := range header {
		if p.mayStandIn(name, values) {
			p.order = append(p.order, name)
		}
	}
	slices.Sort(p.order)
	for _, name := range p.order {
		place := place + " " + name
		secret, link := p.r.headers.has([]byte(name)), urlHeaders.has([]byte(name))
		for n, value := range header[name] {
			switch {
			case link:
				value = p.url(place, value)
			case !secret || !p.names:
				value = p.text(place, value)
			default:
				before, secret, after := partsOfHeader(name, value)
				if replacement, ok := p.named(name, []byte(secret), (*knowledge).learnNamed); ok {
					value, p.changed = before+replacement+after, true
					p.report(place, p.note(name))
				}
			}
			header[name][n] = value
		}
	}
}

// mayStandIn reports whether a header can hold anything to be replaced.
func (p *pass) mayStandIn(name string, values []string) bool {
	p.bytes = append(p.bytes[:0], name...)
	if p.names && p.r.headers.has(p.bytes) || urlHeaders.has(p.bytes) {
		return true
	}
	return slices.ContainsFunc(values, p.textMayHold)
}

func (p *pass) textMayHold(text string) bool {
	p.bytes = append(p.bytes[:0], text...)
	return p.mayHold(p.bytes)
}

// partsOfHeader returns what of a secret header is the secret: all of it, but of
// Set-Cookie the value of the cookie, so that a client that replays has one to
// send back.
func partsOfHeader(name, value string) (before, secret, after string) {
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

// text replaces in a text that stands by itself.
func (p *pass) text(place, text string) string {
	if !p.textMayHold(text) {
		return text
	}
	edits := p.inside([]byte(text), 0)
	if edits == nil {
		return text
	}
	p.changed = true
	p.reportAll(place, edits)
	return string(media.Apply([]byte(text), edits))
}

// url replaces in a URL, and drops its user information, which the transport
// sends as a header.
func (p *pass) url(place, raw string) string {
	if !strings.ContainsAny(raw, "?@%+") && (p.names || !p.textMayHold(raw)) {
		return raw // without parameters, a user and escapes
	}
	text := []byte(withoutUser(raw))
	if p.scan && p.names && len(text) < len(raw) {
		p.report(place, "user and password in a URL")
	}
	var edits []media.Edit
	path, query, at := partsOfURL(text)
	if !p.names {
		edits = p.found(text)
		if inPath := media.Unescape(nil, path); len(inPath) < len(path) {
			edits = merge(edits, media.Reescape(path, p.found(inPath)))
		}
	}
	edits = merge(edits, moved(p.fields(query, p.r.query, (*knowledge).learnNamed, 0), at))
	p.changed = p.changed || len(edits) > 0 || len(text) < len(raw)
	p.reportAll(place, edits)
	return string(media.Apply(text, edits))
}

// partsOfURL returns what stands before the query of a URL, and the query, which
// begins at url[at].
func partsOfURL(url []byte) (path, query []byte, at int) {
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

// failure replaces in a transport error: a host may be a secret, and a message
// may repeat what was sent.
func (p *pass) failure(e *cassette.TransportError) {
	const place = "error"
	e.Message = p.text(place, e.Message)
	if op := e.Op; op != nil {
		op.Source, op.Addr = p.text(place, op.Source), p.text(place, op.Addr)
	}
	if dns := e.DNS; dns != nil {
		dns.Reason, dns.Name, dns.Server = p.text(place, dns.Reason), p.text(place, dns.Name), p.text(place, dns.Server)
	}
}

// encoded replaces in a body, and in what it says if it is compressed. The edits
// are those of the body as it is; nil if there are none.
func (p *pass) encoded(place string, header http.Header, body cassette.Body) (cassette.Body, []media.Edit) {
	if body.Len() == 0 {
		return body, nil
	}
	contentType, coding := headerOf(header, "Content-Type"), headerOf(header, "Content-Encoding")
	if coding != "" {
		// What a body that breaks off says so far may be a secret as well.
		plain, whole := cassette.Decode(coding, body.Bytes())
		if edits := p.body(contentType, plain); edits != nil {
			p.reportBody(place, contentType, plain, edits)
			return cassette.NewBody(cassette.Encode(coding, media.Apply(plain, edits))), nil
		}
		if whole {
			return body, nil // another program may have compressed it in another way
		}
	}
	edits := p.body(contentType, body.Bytes())
	if edits == nil {
		return body, nil
	}
	p.reportBody(place, contentType, body.Bytes(), edits)
	return cassette.NewBody(media.Apply(body.Bytes(), edits)), edits
}

// headerOf finds a header in any spelling: clients put names into the map that
// Get does not see, and they are sent all the same.
func headerOf(header http.Header, name string) string {
	if values := header[name]; len(values) > 0 {
		return values[0]
	}
	for spelled, values := range header {
		// No other spelling of these names has another length.
		if len(spelled) == len(name) && strings.EqualFold(spelled, name) && len(values) > 0 {
			return values[0]
		}
	}
	return ""
}
