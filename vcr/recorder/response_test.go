package recorder_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// A wireResponse is a response as it goes over the wire.
type wireResponse struct {
	proto, status string
	fields        []string // lines of the header
	body          []byte
	coded         bool     // body is compressed
	bodiless      bool     // by its method or status
	framing       string   // "length", "chunked" or "close"
	trailers      []string // lines
	missing       int      // bytes that the length promises beyond the body
	head          int      // length of what comes before the body, known after answer
}

func (c chance) response(method string, mayCode bool) *wireResponse {
	kind := c.kind()
	r := &wireResponse{
		proto:   pick(c, "HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0"),
		status:  pick(c, "200 OK", "200 OK", "200 OK", "201 Created", "204 No Content", "206 Partial Content", "299 Odd", "200 Fine  then", "200 ", "302 Found", "304 Not Modified", "404 Not Found", "429 Too Many Requests", "503 Service Unavailable", "599 ", "799 "),
		framing: pick(c, "length", "length", "chunked", "chunked", "close"),
	}
	if r.proto == "HTTP/1.0" && r.framing == "chunked" {
		r.framing = "close"
	}
	r.bodiless = method == http.MethodHead || strings.HasPrefix(r.status, "204") || strings.HasPrefix(r.status, "304")
	r.body = c.body(kind)
	if kind != "" {
		r.fields = append(r.fields, pick(c, "Content-Type: ", "content-type: ")+kind)
	}
	r.fields = append(r.fields, c.oddFields()...)
	if mayCode && c.IntN(4) == 0 {
		r.coded, r.body = true, compress(r.body)
		r.fields = append(r.fields, "Content-Encoding: gzip")
	}
	if r.framing == "length" && c.IntN(8) == 0 {
		r.missing = 1 + c.IntN(20)
	}
	if r.framing == "chunked" {
		c.addTrailers(r)
	}
	return r
}

func (c chance) oddFields() []string {
	var fields []string
	for range c.IntN(4) {
		fields = append(fields, pick(c,
			"X-Many: b", "x-many: a", "X-MANY: b", "X-Empty:", "x_under: 1", "X-Quote: \"a\", 'b' [c] {d}: #e", "X-Latin: caf\xe9", "X-Utf: grüße 🙂",
			"X-Blank:   in   the middle ", "X-Tab: a\tb", "Date: Sun, 22 Nov 2026 12:00:00 GMT", "Etag: W/\"1\"", "Retry-After: 3", "X-Long: "+strings.Repeat("long ", 300),
			"1: 2", "Null: null", "True: true", "Connection: close", "X-Percent: %20%zz", "!#$%&'*+-.^_`|~: token"))
	}
	return fields
}

// addTrailers adds some that were announced and some that were not.
func (c chance) addTrailers(r *wireResponse) {
	switch c.IntN(6) {
	case 0:
		r.fields = append(r.fields, "Trailer: X-Sum, X-Other")
		r.trailers = []string{"X-Sum: 6", "x-sum: six", "X-Other: "}
	case 1:
		r.fields = append(r.fields, "Trailer: X-Sum, X-Never-Sent")
		r.trailers = []string{"X-Sum: 6", "X-Unannounced: 7"}
	case 2:
		r.trailers = []string{"X-Unannounced: 7"}
	case 3:
		r.fields = append(r.fields, "Trailer: X-Never-Sent")
	}
}

func (r *wireResponse) answer(c chance) wireAnswer {
	fields := r.fields
	switch {
	case r.framing == "length":
		fields = append(fields, fmt.Sprintf("Content-Length: %d", len(r.body)+r.missing))
	case r.framing == "chunked":
		fields = append(fields, "Transfer-Encoding: chunked")
	case r.bodiless && r.proto == "HTTP/1.1":
		fields = append(fields, "Connection: close")
	}
	head := r.proto + " " + r.status + "\r\n" + strings.Join(append(fields, "", ""), "\r\n")
	r.head = len(head)
	answer := wireAnswer{parts: []string{head}, hangUp: r.framing == "close" || r.proto == "HTTP/1.0" || slices.Contains(fields, "Connection: close")}
	if r.bodiless {
		return answer
	}
	for rest := string(r.body); rest != ""; {
		part := rest[:1+c.IntN(len(rest))]
		rest = rest[len(part):]
		if r.framing == "chunked" {
			part = fmt.Sprintf("%x%s\r\n%s\r\n", len(part), pick(c, "", "", ";extension=1"), part)
		}
		answer.parts = append(answer.parts, part)
	}
	if r.framing == "chunked" {
		answer.parts = append(answer.parts, "0\r\n"+strings.Join(append(r.trailers, "", ""), "\r\n"))
	}
	answer.hangUp = answer.hangUp || r.missing > 0
	return answer
}
